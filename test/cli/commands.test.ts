import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

function run(script: string, args: string[], cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd, encoding: "utf8" });
  return { status, stdout, errors: stderr.split("\n").filter((line) => line !== "") };
}

describe("a command that is used wrongly says so in one line, with exit code 2", () => {
  // Of each command something that it alone has, or, where there is nothing, a flag that it does not know.
  for (const [script, args, line] of [
    ["scripts/demo/command.ts", ["--colour"], "Unknown option '--colour'; see --help."],
    ["console/build/command.ts", ["--dev", "there"], '--dev takes the URL of a platform, not "there".'],
    ["scripts/demo/command.ts", ["now"], "Unexpected argument 'now'; see --help."],
    [
      "scripts/demo/command.ts",
      ["--contract", "--eth-usd", "dear"],
      '--eth-usd takes the price of 1 ETH in US dollars, not "dear".',
    ],
    [
      "scripts/demo/command.ts",
      ["--contract", "--l2-gas-gwei", "0.0000000001"],
      '--l2-gas-gwei takes gwei, with at most nine decimals, not "0.0000000001".',
    ],
    ["scripts/demo/command.ts", ["--eth-usd", "-1"], "Option '--eth-usd' argument is ambiguous; see --help."],
    ["scripts/demo/command.ts", ["--contract", "--port", "8545"], "--port goes with --keep; see --help."],
    [
      "scripts/demo/command.ts",
      ["--contract", "--keep", "--port", "0"],
      '--port takes a whole number from 1 to 65535, not "0".',
    ],
    [
      "platform/test/load/command.ts",
      ["--only", "luck"],
      '--only takes api, steady, read, burst or relayer, not "luck".',
    ],
    ["platform/test/load/command.ts", ["--minutes", "0"], '--minutes takes a number from 0.05 to 60, not "0".'],
    ["platform/test/load/command.ts", ["--burst", "1.5"], '--burst takes a whole number from 1 to 100000, not "1.5".'],
    ["platform/test/chaos/command.ts", ["--kills", "all"], '--kills takes a whole number to 999999, not "all".'],
    ["platform/test/fuzz/command.ts", ["--calls", "0"], '--calls takes a whole number from 1 to 999999999, not "0".'],
    ["platform/test/fuzz/command.ts", ["now"], "Unexpected argument 'now'; see --help."],
    ["platform/test/media/command.ts", ["--viewers", "0"], '--viewers takes a whole number from 1 to 999, not "0".'],
    ["platform/test/conformance/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    [
      "platform/test/simulation/command.ts",
      ["--steps", "0"],
      '--steps takes a whole number from 1 to 9999999, not "0".',
    ],
    ["platform/test/load/command.ts", ["--only", "api", "--write"], "--write takes all parts: leave --only out."],
    [
      "scripts/quality/gas/command.ts",
      ["--json", "--check"],
      "--json and --check go one without the other; see --help.",
    ],
    ["scripts/compile/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/test/fork/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/quality/fuzz/command.ts", ["--only", "luck"], '--only takes invariants or model, not "luck".'],
    [
      "scripts/quality/fuzz/command.ts",
      ["--runs", "many"],
      '--runs takes a whole number from 1 to 999999999, not "many".',
    ],
    ["scripts/quality/prove/command.ts", ["--only", "Luck"], "There is no proof Luck in proofs/."],
    ["scripts/quality/prove/command.ts", ["--solver", "luck"], '--solver takes soljson, z3 or both, not "luck".'],
    ["scripts/quality/prove/command.ts", ["--timeout", "soon"], '--timeout takes whole seconds from 1, not "soon".'],
    ["scripts/quality/prove/command.ts", ["--timeout", "0"], '--timeout takes whole seconds from 1, not "0".'],
    ["scripts/quality/mutate/command.ts", ["--workers", "many"], '--workers takes a whole number from 1, not "many".'],
    ["scripts/quality/mutate/command.ts", ["--suite", "unit"], "--suite goes with --faults; see --help."],
    ["scripts/quality/mutate/command.ts", ["--faults", "--file", "Daily"], "--file goes without --faults; see --help."],
    ["scripts/quality/mutate/command.ts", ["--faults", "--known"], "--known goes without --faults; see --help."],
    [
      "scripts/quality/mutate/command.ts",
      ["--faults", "--workers", "1"],
      "--workers goes without --faults; see --help.",
    ],
    [
      "scripts/quality/mutate/command.ts",
      ["--faults", "--only", "luck"],
      '--only takes refill, skipped, fees, credit or withdraw, not "luck".',
    ],
    [
      "scripts/quality/mutate/command.ts",
      ["--faults", "--suite", "luck"],
      '--suite takes unit, invariants, model, proofs or forks, not "luck".',
    ],
    ["scripts/quality/coverage/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/quality/forge/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/quality/slither/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/quality/snapshot/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/abi/command.ts", ["--check", "--build"], "--check writes nothing, so it goes alone; see --help."],
    ["scripts/check/command.ts", [], "--network is missing: base-sepolia or base."],
    ["scripts/check/command.ts", ["--every", "5"], "--every goes with --watch; see --help."],
    ["scripts/check/command.ts", ["--watch", "--every", "0.5"], '--every takes seconds from 1 to 86400, not "0.5".'],
    [
      "scripts/check/command.ts",
      ["--watch", "--exposure"],
      "--watch goes with neither --exposure nor --acknowledge; see --help.",
    ],
    ["scripts/check/command.ts", ["--acknowledge", " "], "--acknowledge takes the reason why it is no alarm."],
    [
      "scripts/check/command.ts",
      ["--deployments", "--json"],
      "Option '--deployments' argument is ambiguous; see --help.",
    ],
    ["scripts/control/command.ts", ["--network", "mars"], '--network takes base-sepolia or base, not "mars".'],
    ["scripts/roles/command.ts", ["--relayer"], "Option '--relayer <value>' argument missing; see --help."],
    ["scripts/deploy/command.ts", [], "--network is missing: base-sepolia or base."],
    ["scripts/deploy/command.ts", ["--network", "goerli"], '--network takes base-sepolia or base, not "goerli".'],
    [
      "scripts/deploy/command.ts",
      ["--network", "base", "--eth-usd", "0"],
      '--eth-usd takes the price of 1 ETH in US dollars from 0.01, not "0".',
    ],
    [
      "scripts/deploy/command.ts",
      ["--network", "base", "--allow", "git"],
      "--allow is for testnets: on Base every check must pass.",
    ],
    [
      "scripts/deploy/command.ts",
      ["--network", "base", "--broadcast"],
      "--broadcast to Base asks before it sends: use a terminal, or --yes.",
    ],
    [
      "scripts/verify/command.ts",
      ["--network", "base", "--only", "etherscan"],
      '--only takes sourcify, blockscout or basescan, not "etherscan".',
    ],
    ["scripts/rehearse/command.ts", ["--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/audit/command.ts", ["receipt"], "receipt takes one UUID or session id; see --help."],
    [
      "scripts/audit/command.ts",
      ["receipt", "ada7cca5-acf5-85de-ab06-d28a905f1b0a", "--fee-bps", "1500"],
      "receipt goes without --fee-bps; see --help.",
    ],
    ["scripts/audit/command.ts", ["verify"], "verify takes the file of one receipt; see --help."],
    [
      "scripts/audit/command.ts",
      ["verify", "package.json"],
      "verify takes --block-hash, the hash of the receipt's block from a source that you trust.",
    ],
    [
      "scripts/audit/command.ts",
      ["verify", "package.json", "--block-hash", "0x12"],
      '--block-hash takes 32 bytes of hex, not "0x12".',
    ],
    [
      "scripts/audit/command.ts",
      ["verify", "nothing.json", "--block-hash", `0x${"12".repeat(32)}`],
      "nothing.json cannot be read: there is no such file.",
    ],
    ["scripts/audit/command.ts", ["--bench", "--json"], "--bench prints no JSON: it goes without --json."],
    ["scripts/audit/command.ts", ["--sessions", "100"], "--sessions goes with --bench."],
    [
      "scripts/audit/command.ts",
      ["--bench", "--sessions", "150"],
      "--sessions 150: the bench settles a hundred at a time.",
    ],
    ["scripts/audit/command.ts", ["--demo", "--out", ""], "--out takes a folder."],
    [
      "scripts/audit/command.ts",
      ["--demo", "--out", "/proc/x"],
      "Nothing can be written to /proc/x: no folder can be made there.",
    ],
    [
      "scripts/audit/command.ts",
      ["--demo", "--out", "package.json"],
      "Nothing can be written to package.json: it is a file.",
    ],
    [
      "scripts/audit/command.ts",
      ["--demo", "--out", "package.json/a/b"],
      "Nothing can be written to package.json/a/b: a part of the path is a file.",
    ],
    [
      "scripts/check/command.ts",
      ["--network", "base", "--deployments", "package.json"],
      "8453.json cannot be read: a part of its path is a file.",
    ],
    [
      "scripts/audit/command.ts",
      [],
      "Which contract? --network base-sepolia, --network base, or --rpc with --address and --from-block.",
    ],
    ["scripts/tools/command.ts", ["release:version", "--fast"], "Unknown option '--fast'; see --help."],
    ["scripts/tools/command.ts", ["changeset", "--nope"], "Unknown option '--nope'; see --help."],
    ["scripts/test/command.ts", ["test/unit/nothing.test.ts"], "There is no test file test/unit/nothing.test.ts."],
  ] as const) {
    it(`${script} ${args.join(" ")}`, () => {
      expect(run(script, [...args])).to.deep.equal({ status: 2, stdout: "", errors: [line] });
    });
  }

  it("scripts/demo/command.ts --keep on a busy port", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    const { status, errors } = run("scripts/demo/command.ts", ["--contract", "--keep", "--port", String(port)]);
    server.close();
    expect(status).to.equal(2);
    expect(errors).to.deep.equal([
      `Port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port.`,
    ]);
  });
});

describe("a flag that npm took for its own, for want of --", () => {
  const demo = "scripts/demo/command.ts";

  function lost(environment: Record<string, string>, script = demo, started = demo) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--colour"], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, npm_lifecycle_script: `node scripts/run.mjs ${started}`, ...environment },
    });
    return { status, stdout, stderr };
  }
  const unknown = { status: 2, stdout: "", stderr: "Unknown option '--colour'; see --help.\n" };

  for (const [variable, flag] of [
    ["npm_config_json", "json"],
    ["npm_config_eth_usd", "eth-usd"],
  ] as const) {
    it(`is asked for again: --${flag}`, () => {
      const line = `npm took --${flag} for its own: put -- before the flags.\n`;
      expect(lost({ [variable]: "true" })).to.deep.equal({ ...unknown, stderr: line });
    });
  }

  for (const [folder, flag] of [
    ["chaos", "json"],
    ["conformance", "check"],
    ["fuzz", "json"],
    ["load", "write"],
    ["media", "json"],
    ["simulation", "faults"],
  ] as const) {
    it(`is asked for again by the commands of platform/test/${folder} too: --${flag}`, () => {
      const script = `platform/test/${folder}/command.ts`;
      const line = `npm took --${flag} for its own: put -- before the flags.\n`;
      expect(lost({ [`npm_config_${flag}`]: "true" }, script, script)).to.deep.equal({ ...unknown, stderr: line });
      expect(lost({}, script, script)).to.deep.equal(unknown);
    });
  }

  it("is no concern of a command that does not know it, or that npm did not start", () => {
    expect(lost({ npm_config_grep: "x" })).to.deep.equal(unknown);
    expect(lost({ npm_config_json: "true" }, "scripts/quality/gas/command.ts")).to.deep.equal(unknown);
  });
});

describe("--help", () => {
  for (const script of [
    "scripts/demo/command.ts",
    "scripts/deploy/command.ts",
    "scripts/verify/command.ts",
    "scripts/rehearse/command.ts",
    "scripts/quality/gas/command.ts",
    "scripts/compile/command.ts",
    "scripts/abi/command.ts",
    "scripts/check/command.ts",
    "scripts/control/command.ts",
    "scripts/roles/command.ts",
    "scripts/audit/command.ts",
    "scripts/quality/coverage/command.ts",
    "scripts/quality/forge/command.ts",
    "scripts/quality/fuzz/command.ts",
    "scripts/quality/mutate/command.ts",
    "scripts/quality/prove/command.ts",
    "scripts/quality/slither/command.ts",
    "scripts/quality/snapshot/command.ts",
    "scripts/test/command.ts",
    "scripts/test/fork/command.ts",
    "platform/src/local/command.ts",
    "platform/test/chaos/command.ts",
    "platform/test/conformance/command.ts",
    "platform/test/fuzz/command.ts",
    "platform/test/load/command.ts",
    "platform/test/media/command.ts",
    "platform/test/simulation/command.ts",
    "console/build/command.ts",
  ]) {
    it(`of ${script} prints its flags, with exit code 0`, () => {
      const { status, stdout, errors } = run(script, ["--help"]);
      expect(status).to.equal(0);
      expect(errors).to.deep.equal([]);
      expect(stdout).to.match(/npm (run [\w:]+|test|start)( \[?-- .*)?\n[\s\S]*--help +this text/);
    });
  }
});

describe("a verb of package.json", () => {
  const verbs = (JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> })
    .scripts;

  for (const [verb, script] of Object.entries(verbs)) {
    it(`is one command, which reads its own flags: ${verb}`, () => {
      // `exec`: what npm is told to end is the command, and not the shell before it.
      expect(script).to.match(
        /^(exec )?node scripts\/run\.mjs (--omit=dev )?(scripts|console|platform\/src|platform\/test)\/(\w+\/)+command\.ts( [\w:./*]+)*$/,
      );
    });
  }

  for (const verb of ["lint", "format", "format:check", "typecheck", "changeset", "release:version"]) {
    it(`does nothing but explain itself with --help: ${verb}`, () => {
      const { status, stdout, errors } = run("scripts/tools/command.ts", [verb, "--help"]);
      expect({ status, errors }).to.deep.equal({ status: 0, errors: [] });
      expect(stdout)
        .to.contain(`npm run ${verb}\n`)
        .and.to.match(/--help +this text/);
    });
  }
});

describe("the first command on a fresh clone", () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), "luxxon-"));
    mkdirSync(join(clone, "scripts"));
    copyFileSync(join(ROOT, "scripts/run.mjs"), join(clone, "scripts/run.mjs"));
    writeFileSync(join(clone, "package.json"), JSON.stringify({ dependencies: { node: "24.21.0" } }));
    writeFileSync(join(clone, "hello.mjs"), "console.log('hello', process.argv[2])");
  });

  afterEach(() => rmSync(clone, { recursive: true }));

  const lock = (packages: object) => writeFileSync(join(clone, "package-lock.json"), JSON.stringify({ packages }));
  const installed = (packages: object) => {
    mkdirSync(join(clone, "node_modules"));
    writeFileSync(join(clone, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
  };
  const one = { version: "1.0.0", integrity: "sha512-a" };

  it("says that the lockfile is missing", () => {
    expect(run("scripts/run.mjs", ["hello.mjs"], clone)).to.deep.equal({
      status: 2,
      stdout: "",
      errors: ["package-lock.json is missing or broken: restore it with `git checkout package-lock.json`."],
    });
  });

  it("says nothing, and hands over, when all is installed", () => {
    lock({ "": {}, "node_modules/one": one });
    installed({ "node_modules/one": one });
    expect(run("scripts/run.mjs", ["hello.mjs", "world"], clone)).to.deep.equal({
      status: 0,
      stdout: "hello world\n",
      errors: [],
    });
  });

  it("does not miss what is only for other machines", () => {
    const elsewhere = { ...one, optional: true, os: ["sunos"] };
    lock({ "": {}, "node_modules/one": one, "node_modules/other": elsewhere });
    installed({ "node_modules/one": one });
    expect(run("scripts/run.mjs", ["hello.mjs", "world"], clone).status).to.equal(0);
  });

  it("looks for a link to each of the project's own packages, and for nothing else of them", () => {
    lock({ "": {}, abi: { version: "1.0.0" }, "node_modules/abi": { resolved: "abi", link: true } });
    installed({ "node_modules/abi": { resolved: "abi", link: true } });
    expect(run("scripts/run.mjs", ["hello.mjs", "world"], clone).status).to.equal(0);
  });

  for (const [what, have] of [
    ["is missing", {}],
    ["has another version", { "node_modules/one": { ...one, version: "0.9.0" } }],
    ["has other contents", { "node_modules/one": { ...one, integrity: "sha512-b" } }],
  ] as const) {
    it(`installs when a dependency ${what}, and says in one line why it could not`, () => {
      lock({ "": {}, "node_modules/one": one });
      installed(have);
      // No such package, no such lockfile version: npm refuses without asking a registry.
      const { status, stdout, errors } = run("scripts/run.mjs", ["hello.mjs"], clone);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(errors[0]).to.match(/^Installing the dependencies that package-lock.json names/);
      expect(errors[1]).to.match(/^The installation failed: /);
      expect(errors).to.have.length(2);
    });
  }

  it("installs when an own package is not linked yet: a clone that was pulled has it in the lockfile alone", () => {
    lock({ "": {}, abi: { version: "1.0.0" }, "node_modules/abi": { resolved: "abi", link: true } });
    installed({});
    expect(run("scripts/run.mjs", ["hello.mjs"], clone).errors[0]).to.match(/^Installing/);
  });

  it("installs when what an own package has for itself is missing", () => {
    lock({ "": {}, abi: { version: "1.0.0" }, "abi/node_modules/one": one });
    installed({});
    expect(run("scripts/run.mjs", ["hello.mjs"], clone).errors[0]).to.match(/^Installing/);
  });

  it("installs when what is optional but for this machine is missing", () => {
    lock({ "": {}, "node_modules/native": { ...one, optional: true, os: [process.platform] } });
    installed({});
    expect(run("scripts/run.mjs", ["hello.mjs"], clone).errors[0]).to.match(/^Installing/);
  });

  it("does without what only tests and developers need where the command says so", () => {
    lock({ "": {}, "node_modules/one": one, "node_modules/browser": { ...one, dev: true } });
    installed({ "node_modules/one": one });
    expect(run("scripts/run.mjs", ["--omit=dev", "hello.mjs", "world"], clone)).to.deep.equal({
      status: 0,
      stdout: "hello world\n",
      errors: [],
    });
  });

  it("adds what tests need when the first of them comes, and says so", () => {
    lock({ "": {}, "node_modules/one": one, "node_modules/browser": { ...one, dev: true } });
    installed({ "node_modules/one": one });
    expect(run("scripts/run.mjs", ["hello.mjs"], clone).errors[0]).to.match(
      /^Installing what tests and developers need/,
    );
  });

  it("refuses a command that it does not know", () => {
    lock({ "": {} });
    installed({});
    expect(run("scripts/run.mjs", ["nothing"], clone)).to.deep.equal({
      status: 2,
      stdout: "",
      errors: ["unknown command nothing."],
    });
  });
});

describe("the page of commands", () => {
  it("names every verb of package.json, and no other", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const page = readFileSync(join(ROOT, "docs/commands.md"), "utf8");
    const first = page.match(/(?<=^\| )[^|]+(?= \|)/gm)?.join(" ") ?? "";
    const named = [...first.matchAll(/`(?:npm )?(?:run )?([\w:]+)[^`]*`/g)].map(([, verb]) => verb);
    expect([...new Set(named)]).to.have.members(Object.keys(scripts));
  });
});
