/** The ABI package as npm would publish it: every test here sees the tarball and nothing else. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { build } from "esbuild";
import { getAddress } from "viem";
import { ROOT } from "../../scripts/abi/files.ts";
import { serveLocalChain } from "../../scripts/local/chain.ts";
import { fresh, type Situation } from "../support/situation.ts";
import { type Consumer, newConsumer, TYPESCRIPTS } from "./support/consumer.ts";
import { asCommonJs, asModule, ethersSetupOf, examplesOf, setupOf } from "./support/examples.ts";

const execute = promisify(execFile);

const QUICKSTART = readFileSync(new URL("./support/quickstart.txt", import.meta.url), "utf8");
const README = examplesOf(new URL("../../abi/README.md", import.meta.url));

/** What must not compile, and what must be known without a cast. */
const TYPES = `
import type { Abi } from "viem";
import { readContract, simulateContract } from "viem/actions";
import { luxxonSettlementAbi, luxxonSettlementAddress, luxxonSettlementConfig, usdcAddress, type Refusal } from "@luxxon/contracts-abi";
import { decodeSettlementError, deposit } from "@luxxon/contracts-abi/viem";
import { parseEventLogs } from "viem";
import { client, SETTLEMENT } from "./setup.js";

luxxonSettlementAbi satisfies Abi;
const base: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" = usdcAddress[8453];
// @ts-expect-error: no USDC of this package is there
usdcAddress[1];
// @ts-expect-error: the contract is not there
luxxonSettlementAddress[1];
// @ts-expect-error: nor is it there
luxxonSettlementConfig.address[1];
// @ts-expect-error: an action needs its amount
export const noAmount = () => deposit(client, { settlement: SETTLEMENT });
// @ts-expect-error: µUSDC are bigint
export const noBigint = () => deposit(client, { settlement: SETTLEMENT, amount: 5 });
export function args(error: unknown) {
  const decoded = decodeSettlementError(error);
  if (decoded?.name === "InsufficientBalance") return decoded.args.balance;
  // @ts-expect-error: only some errors know a balance
  return decoded?.args.balance as bigint;
}
// @ts-expect-error: no such refusal
const refusal: Refusal = "Bored";

export async function wrong() {
  const balance: bigint = await readContract(client, { address: SETTLEMENT, abi: luxxonSettlementAbi, functionName: "deposits", args: [base] });
  // @ts-expect-error: no such function
  await readContract(client, { address: SETTLEMENT, abi: luxxonSettlementAbi, functionName: "balances", args: [base] });
  // @ts-expect-error: a number is no amount
  await simulateContract(client, { address: SETTLEMENT, abi: luxxonSettlementAbi, functionName: "deposit", args: [5] });
  // @ts-expect-error: no such event
  parseEventLogs({ abi: luxxonSettlementAbi, logs: [], eventName: "Charged" });
  const [log] = parseEventLogs({ abi: luxxonSettlementAbi, logs: [], eventName: "Settled" });
  const paid: bigint | undefined = log?.args.toAmount;
  return { balance, refusal, paid };
}
`;

/** A CommonJS module that imports nothing but the package. */
const OWN_CJS = `
import { sessionIdFromUuid, usdcAddress } from "@luxxon/contracts-abi";
export const base: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" = usdcAddress[8453];
export const id: string = sessionIdFromUuid("018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00");
`;

/** Gzipped bytes that a bundle may get of one import. Two addresses are 80 random digits: no map of them is smaller. */
const BUDGETS = {
  usdcAddress: 140,
  luxxonSettlementAddress: 100,
  luxxonSettlementAbi: 2_500,
} as const;

describe("the tarball of the ABI package", function () {
  this.timeout(180_000);
  let consumer: Consumer;

  before(async () => {
    consumer = await newConsumer();
  });
  after(() => consumer.remove());

  const packed = () => join(consumer.folder, "node_modules/@luxxon/contracts-abi");
  const tool = (name: string, ...args: string[]) =>
    execute(process.execPath, [join(ROOT, "node_modules/.bin", name), ...args, consumer.tarball]);

  it("passes publint --strict", async () => {
    expect((await tool("publint", "run", "--strict")).stdout).to.contain("All good!");
  });

  it("gives code and its own types to every way of importing it (attw, no rule ignored)", async () => {
    const { stdout } = await tool("attw", "--format=json");
    const { analysis, problems } = JSON.parse(stdout) as {
      analysis: { problems: unknown[]; entrypoints: Record<string, { resolutions: Record<string, object> }> };
      problems: object;
    };
    expect(analysis.problems).to.deep.equal([]);
    expect(problems).to.deep.equal({});
    const { exports: entries } = JSON.parse(readFileSync(join(packed(), "package.json"), "utf8")) as {
      exports: object;
    };
    // The raw files behind the patterns are not for TypeScript.
    const importable = Object.keys(entries).filter((entry) => !entry.includes("*"));
    expect(Object.keys(analysis.entrypoints)).to.include.members(importable);
    for (const { resolutions } of Object.values(analysis.entrypoints))
      expect(Object.keys(resolutions)).to.have.members(["node10", "node16-cjs", "node16-esm", "bundler"]);
  });

  it("holds what a client needs and nothing else, in at most 600 kB", () => {
    const files = readdirSync(packed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const tops = new Set(files.map((file) => file.slice(packed().length + 1).split("/")[0]));
    expect([...tops]).to.have.members(["LICENSE", "README.md", "dist", "json", "package.json", "solidity"]);
    const bytes = files.map((file) => statSync(file).size).reduce((a, b) => a + b);
    expect(bytes).to.be.at.most(600_000);
  });

  it("depends on nothing, and what it may use beside it is optional", () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(packed(), "package.json"), "utf8"),
    ) as Record<string, Record<string, unknown>>;
    expect(dependencies).to.equal(undefined);
    for (const peer of Object.keys(peerDependencies ?? {}))
      expect(peerDependenciesMeta?.[peer]).to.deep.equal({ optional: true });
  });

  for (const [name, budget] of Object.entries(BUDGETS)) {
    it(`costs a bundle at most ${budget} gzipped bytes for ${name} alone`, async () => {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${name} } from "@luxxon/contracts-abi";`, resolveDir: consumer.folder },
        bundle: true,
        minify: true,
        format: "esm",
        write: false,
      });
      expect(gzipSync(outputFiles[0]?.contents ?? "").length).to.be.within(20, budget);
    });
  }

  it("costs a bundle at most 4,000 gzipped bytes beyond viem for any one action, its ABI included", async () => {
    const actions = readdirSync(join(packed(), "dist/esm/viem")).filter((file) => /^[a-z]\w*\.js$/.test(file));
    const entryPoint = await import(join(packed(), "dist/esm/viem/index.js"));
    const names = Object.keys(entryPoint);
    expect(names).to.have.length.above(actions.length);
    for (const name of names) {
      const { outputFiles } = await build({
        stdin: { contents: `export { ${name} } from "@luxxon/contracts-abi/viem";`, resolveDir: consumer.folder },
        bundle: true,
        minify: true,
        format: "esm",
        external: ["viem"],
        write: false,
      });
      const bytes = gzipSync(outputFiles[0]?.contents ?? "").length;
      expect(bytes, `${name} is too large`).to.be.within(20, 4_000);
    }
  });
});

describe("a client's project with the ABI package", function () {
  this.timeout(300_000);
  let consumer: Consumer;
  let situation: Situation;
  let close: () => void;

  before(async () => {
    consumer = await newConsumer();
    const served = await serveLocalChain("localBase", 0);
    close = served.close;
    situation = await fresh(served.chain);
    const { settlement, usdc, alice, relayer, operator } = situation;
    const setup = setupOf({
      url: served.url,
      settlement: settlement.address,
      usdc: usdc.address,
      consumer: alice.account.address,
      relayer: relayer.account.address,
      operator: operator.account.address,
    });
    consumer.write("setup.ts", setup);
    consumer.write("setup.cts", setup);
    consumer.write("ethers.ts", ethersSetupOf(served));
    consumer.write("quickstart.ts", asModule(QUICKSTART));
    consumer.write("quickstartCjs.cts", asCommonJs(QUICKSTART));
    consumer.write("types.ts", TYPES);
    consumer.write("own.cts", OWN_CJS);
    [...README.values()].forEach((example, i) => {
      consumer.write(`readme${i}.ts`, asModule(example));
    });
    const options = { target: "es2022", lib: ["es2023", "dom"], strict: true, skipLibCheck: true, types: [] };
    consumer.write(
      "nodenext.json",
      JSON.stringify({
        compilerOptions: { ...options, module: "nodenext", moduleResolution: "nodenext", outDir: "dist" },
        include: ["*.ts", "own.cts"],
      }),
    );
    consumer.write("nodenext-cjs.json", JSON.stringify({ extends: "./nodenext.json", include: ["*.cts"] }));
    consumer.write(
      "bundler.json",
      JSON.stringify({
        compilerOptions: { ...options, module: "esnext", moduleResolution: "bundler", noEmit: true },
        include: ["*.ts"],
      }),
    );
  });
  after(async () => {
    consumer.remove();
    close();
  });

  for (const version of Object.keys(TYPESCRIPTS) as (keyof typeof TYPESCRIPTS)[]) {
    for (const config of ["bundler", "nodenext"]) {
      it(`compiles under TypeScript ${version} with ${config}: the quickstart, every example, the type tests`, async () => {
        expect(await consumer.compile(version, `${config}.json`)).to.equal("");
      });
    }
  }

  // Not under 5.0: to TypeScript before 5.8, viem's declarations for CommonJS are those of an ES module.
  for (const version of ["5.9", "7.0"] as const) {
    it(`compiles under TypeScript ${version} as CommonJS: the quickstart`, async () => {
      expect(await consumer.compile(version, "nodenext-cjs.json")).to.equal("");
    });
  }

  for (const file of ["quickstart.js", "quickstartCjs.cjs"]) {
    it(`tops up a pool by the quickstart's snippet, as ${file}`, async () => {
      const { settlement, alice } = situation;
      const pool = () => settlement.read.deposits([alice.account.address]);
      const before = await pool();
      await consumer.run(`dist/${file}`);
      expect((await pool()) - before).to.equal(5_000_000n);
    });
  }

  it("decodes what ethers throws", async () => {
    const { alice } = situation;
    consumer.write(
      "ethers.mjs",
      `import { Contract, JsonRpcProvider } from "ethers";
      import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
      import { decodeSettlementError } from "@luxxon/contracts-abi/viem";
      import { client, consumer, SETTLEMENT } from "./dist/setup.js";
      const provider = new JsonRpcProvider(client.transport.url);
      const contract = new Contract(SETTLEMENT, luxxonSettlementAbi, await provider.getSigner(consumer));
      const bigint = (_, value) => (typeof value === "bigint" ? String(value) : value);
      for (const call of [() => contract.withdraw(10n ** 15n), () => contract.withdraw.staticCall(0n), () => contract.unpause()])
        await call().then(console.log, (error) => console.log(JSON.stringify(decodeSettlementError(error), bigint)));
      provider.destroy();`,
    );
    const decoded = (await consumer.run("ethers.mjs"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { name: string; args: object });
    expect(decoded.map(({ name }) => name)).to.deep.equal([
      "InsufficientBalance",
      "ZeroAmount",
      "OwnableUnauthorizedAccount",
    ]);
    expect(decoded[0]?.args).to.include({ consumer: alice.account.address, requested: String(10n ** 15n) });
  });

  it("shows the quickstart's snippet in its README", () => {
    expect(README.get("Top up a pool")).to.equal(QUICKSTART);
  });

  [...README.keys()].forEach((title, i) => {
    it(`runs the README's example "${title}"`, async () => {
      await consumer.run(`dist/readme${i}.js`);
    });
  });

  it("is on a chain that stands where this package says", () => {
    expect(getAddress(situation.usdc.address)).to.equal("0x036CbD53842c5426634e7929541eC2318f3dCF7e");
  });
});
