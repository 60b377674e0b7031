import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: "utf8" });
  return { status, stdout, stderr };
}

const TEST = "scripts/test/command.ts";

describe("npm test, which is told what to run", function () {
  this.timeout(180_000);

  it("finds a title in all tests with --grep and --bail, and loads nothing that is no test", () => {
    const { status, stdout, stderr } = run(TEST, "--bail", "--grep", "includes both bounds$");
    expect(stderr).to.equal("");
    expect(stdout.trim()).to.match(/^Running Mocha tests[\s\S]* 1 passing \(\S+\)$/);
    expect(status).to.equal(0);
  });

  it("runs the tests of a folder, in Solidity and in TypeScript", () => {
    const { status, stdout } = run(TEST, "test/chain", "test/sol", "--grep", "Following a chain");
    expect(stdout).to.contain("Following a chain").and.not.to.contain("Bitmap");
    expect(status).to.equal(0);
    const inSolidity = run(TEST, "test/sol");
    expect(inSolidity.stdout)
      .to.contain("Bitmap")
      .and.to.match(/[1-9]\d* passing/);
    expect(inSolidity.status).to.equal(0);
  });

  it("runs the tests in Solidity that are named, also with --grep", () => {
    expect(run(TEST, "test/sol/Bitmap.t.sol", "--grep", "nothing").stdout).to.match(/[1-9]\d* passing/);
  });
});

describe("no test run is no success", () => {
  const folder = join(tmpdir(), `luxxon-empty-${process.pid}`);
  const empty = join(folder, "empty.test.ts");
  before(() => {
    mkdirSync(folder);
    writeFileSync(empty, "");
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [script, args, line] of [
    [TEST, ["package.json"], "package.json is no test: those are called *.test.ts or *.t.sol."],
    [
      TEST,
      ["test/unit/batch.test.ts", "test/support/books.ts"],
      "test/support/books.ts is no test: those are called *.test.ts or *.t.sol.",
    ],
    [TEST, ["docs"], "There is no test in docs."],
    [TEST, ["test/nothing"], "There is no test file test/nothing."],
    [TEST, [empty], "No test was run: these files hold none."],
    [TEST, ["test/cli/flags.test.ts", "--grep", "zzz"], "No test was run: no title matches zzz."],
    [TEST, ["test/sol", "--grep", "fits"], "No test was run: --grep is for TypeScript."],
    [TEST, ["--grep", "((("], '--grep takes a regular expression, not "(((".'],
    [TEST, ["--grep", "/a/gg"], '--grep takes a regular expression, not "/a/gg".'],
    ["scripts/test/fork/command.ts", ["--grep", "((("], '--grep takes a regular expression, not "(((".'],
  ] as const) {
    it(`${script} ${args.join(" ").replace(folder, "")}`, () => {
      const { status, stderr } = run(script, ...args);
      expect(stderr).to.equal(`${line}\n`);
      expect(status).to.equal(2);
    });
  }

  for (const [match, line] of [
    ["zzz", "No test was run: no name matches zzz."],
    ["(((", '--match takes a regular expression, not "(((".'],
  ] as const) {
    it(`scripts/quality/forge/command.ts --match ${match}`, function () {
      this.timeout(180_000);
      const { status, stdout, stderr } = run("scripts/quality/forge/command.ts", "--match", match);
      // There is no forge for this machine.
      if (status === 3) return this.skip();
      expect(stderr).to.equal(`${line}\n`);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    });
  }
});

describe("what is no test", () => {
  it("does nothing when it is loaded", function () {
    this.timeout(120_000);
    const files = globSync("test/**/*.ts", { cwd: ROOT }).filter((file) => !file.endsWith(".test.ts"));
    expect(files.length).to.be.greaterThan(20);
    // They may ask mocha to close what their tests will have opened, and what they load may keep a process alive.
    const load = files.map((file) => `await import(${JSON.stringify(join(ROOT, file))});`).join("\n");
    expect(run("--eval", `globalThis.after = () => undefined;\n${load}\nprocess.exit(0);`)).to.deep.equal({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });
});
