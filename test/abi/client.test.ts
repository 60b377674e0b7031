/** The ABI package in a client's project: compiled, and run against a local chain. */

import { readFileSync } from "node:fs";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { serveLocalChain } from "@luxxon/local/chain";
import { expect } from "chai";
import { getAddress } from "viem";
import { sessionId, USDC } from "../support/session.ts";
import { fresh, type Situation } from "../support/situation.ts";
import { type Consumer, clientsProject, TYPESCRIPTS } from "./support/consumer.ts";
import {
  asCommonJs,
  asModule,
  BATCHING_SETUP,
  ethersSetupOf,
  examplesOf,
  receiptSetupOf,
  setupOf,
} from "./support/examples.ts";
import { installMulticall } from "./support/multicall.ts";
import { installNodes, isOffline, OLDER_NODES, programOf } from "./support/nodes.ts";
import { oneReceipt } from "./support/receipts.ts";

const QUICKSTART = readFileSync(new URL("./support/quickstart.txt", import.meta.url), "utf8");
const README = examplesOf(`${ROOT}/abi/README.md`);

/** What must not compile, and what must be known without a cast. */
const TYPES = `
import type { Abi } from "viem";
import { readContract, simulateContract } from "viem/actions";
import { luxxonSettlementAbi, luxxonSettlementAddress, luxxonSettlementConfig, usdcAddress, type Refusal } from "@luxxon/contracts-abi";
import { decodeSettlementError, deposit } from "@luxxon/contracts-abi/viem";
import { type LuxxonSettlement, LuxxonSettlement__factory } from "@luxxon/contracts-abi/ethers";
import { LuxxonSettlement__factory as Deployer } from "@luxxon/contracts-abi/ethers/deploy";
import { apply, type Call, type State, WillingUsdc } from "@luxxon/contracts-abi/model";
import { verifyReceipt } from "@luxxon/contracts-abi/receipt";
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
export async function withEthers(settlement: LuxxonSettlement) {
  const balance: bigint = await settlement.deposits(base);
  // @ts-expect-error: no such function
  await settlement.balances(base);
  // @ts-expect-error: no consumer is named
  await settlement.deposits();
  // @ts-expect-error: no such event
  settlement.filters.Charged();
  const [settled] = await settlement.queryFilter(settlement.filters.Settled());
  const paid: bigint | undefined = settled?.args.toAmount;
  // @ts-expect-error: who does not deploy has no creation code
  LuxxonSettlement__factory.bytecode;
  const code: string = Deployer.bytecode;
  return { balance, paid, code };
}
export function proven(file: unknown) {
  const verdict = verifyReceipt(file, { blockHash: \`0x\${"0".repeat(64)}\` });
  // @ts-expect-error: it may not be proven
  verdict.session;
  // @ts-expect-error: a hash is needed
  verifyReceipt(file, {});
  return verdict.isProven ? verdict.session.toAmount : verdict.place;
}
export function simulated(state: State) {
  const tokens = new WillingUsdc(base);
  const outcome = apply(state, { functionName: "withdraw", args: [1n] }, { sender: base, timestamp: 0n }, tokens);
  // @ts-expect-error: it may have reverted
  outcome.returns;
  // @ts-expect-error: no such function
  const unknown: Call = { functionName: "burn", args: [] };
  // @ts-expect-error: a number is no amount
  const number: Call = { functionName: "withdraw", args: [1] };
  return "error" in outcome ? { error: outcome.error.errorName, unknown, number } : outcome.tokens.held;
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

/** A CommonJS module that needs nothing but the package. */
const OWN_CJS = `
import { sessionIdFromUuid, usdcAddress } from "@luxxon/contracts-abi";
export const base: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913" = usdcAddress[8453];
export const id: string = sessionIdFromUuid("018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00");
`;

/** After an example that holds the consumer's pool: the next one may want to withdraw. */
const A_DAY_LATER = `import { publicClient as chain } from "./setup.js";
await chain.request({ method: "evm_increaseTime", params: [86_400] } as never);
await chain.request({ method: "evm_mine" } as never);
`;

/** A CommonJS module with the model. */
const MODEL_CJS = `
import { apply, blankState, WillingUsdc } from "@luxxon/contracts-abi/model";
const USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const context = { sender: USDC, timestamp: 0n } as const;
const outcome = apply(blankState(USDC, USDC), { functionName: "withdrawAll", args: [] }, context, new WillingUsdc(USDC));
export const error: string | undefined = "error" in outcome ? outcome.error.errorName : undefined;
`;

/** A CommonJS module with the check of receipts. */
const RECEIPT_CJS = `
import { verifyReceipt } from "@luxxon/contracts-abi/receipt";
const verdict = verifyReceipt({}, { blockHash: "0x" });
export const place: string | bigint = verdict.isProven ? verdict.session.toAmount : verdict.place;
`;

/** A CommonJS module with ethers. */
const ETHERS_CJS = `
import { decodeSettlementError, LuxxonSettlement__factory } from "@luxxon/contracts-abi/ethers";
import { LuxxonSettlement__factory as Deployer } from "@luxxon/contracts-abi/ethers/deploy";
const contract = LuxxonSettlement__factory.connect("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");
export const balance = (consumer: string): Promise<bigint> => contract.deposits(consumer);
export const name: string | undefined = decodeSettlementError("0x")?.name;
export const code: string = Deployer.bytecode;
`;

/** Asks for every entry as CommonJS, prints those that came as something else, and runs the quickstart. */
const REQUIRE_ALL = `
const map = require("@luxxon/contracts-abi/package.json").exports;
const entries = Object.keys(map).filter((entry) => map[entry].require);
const names = entries.map((entry) => "@luxxon/contracts-abi" + entry.slice(1));
const wrong = names.filter((name) => !require.resolve(name).includes("/dist/cjs/") || Object.keys(require(name)).length === 0);
if (names.length < 7) wrong.push("there are too few entries");
require("./dist/quickstartCjs.cjs").done.then(() => console.log(JSON.stringify(wrong)));
`;

/** Runs the README's examples one after another, and prints last what became of each. */
const RUN_EXAMPLES = `
const results = [];
for (let i = 0; i < ${README.size}; i++)
  results.push(await import(\`./dist/readme\${i}.js\`).then(() => "ran", (error) => String(error?.stack ?? error)));
console.log(JSON.stringify(results));
`;

describe("a client's project with the ABI package", function () {
  this.timeout(300_000);
  let consumer: Consumer;
  let situation: Situation;
  let close: () => void;

  before(async () => {
    consumer = await clientsProject();
    const served = await serveLocalChain("localBase", 0);
    close = served.close;
    situation = await fresh(served.chain);
    await installMulticall(served.chain);
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
    await settlement.write.deposit([USDC], { account: alice.account });
    consumer.write("receipt.ts", receiptSetupOf(await oneReceipt(situation, sessionId(0, 99))));
    consumer.write("batching.ts", BATCHING_SETUP);
    consumer.write("wallet.ts", readFileSync(new URL("./support/wallet.ts", import.meta.url), "utf8"));
    consumer.write("quickstart.ts", asModule(QUICKSTART));
    consumer.write("quickstartCjs.cts", asCommonJs(QUICKSTART));
    consumer.write("types.ts", TYPES);
    consumer.write("own.cts", OWN_CJS);
    consumer.write("modelCjs.cts", MODEL_CJS);
    consumer.write("ethersCjs.cts", ETHERS_CJS);
    consumer.write("receiptCjs.cts", RECEIPT_CJS);
    [...README.values()].forEach((example, i) => {
      consumer.write(`readme${i}.ts`, asModule(example) + (example.includes("await hold(") ? A_DAY_LATER : ""));
    });
    const options = { target: "es2022", lib: ["es2023", "dom"], strict: true, skipLibCheck: true, types: [] };
    consumer.write(
      "nodenext.json",
      JSON.stringify({
        compilerOptions: { ...options, module: "nodenext", moduleResolution: "nodenext", outDir: "dist" },
        include: ["*.ts", "own.cts", "modelCjs.cts", "receiptCjs.cts"],
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
  after(() => close());

  const CONFIGS = ["bundler", "nodenext"] as const;

  for (const version of Object.keys(TYPESCRIPTS) as (keyof typeof TYPESCRIPTS)[]) {
    let errors: Promise<string>[] = [];
    CONFIGS.forEach((config, i) => {
      it(`compiles under TypeScript ${version} with ${config}: the quickstart, every example, the type tests`, async () => {
        // Both at the same time: each keeps one core busy for seconds.
        if (i === 0) errors = CONFIGS.map((it) => consumer.compile(version, `${it}.json`));
        expect(await (errors[i] ?? consumer.compile(version, `${config}.json`))).to.equal("");
      });
    });
  }

  // Not under 5.0: to TypeScript before 5.8, viem's declarations for CommonJS are those of an ES module.
  for (const version of ["5.9", "7.0"] as const) {
    it(`compiles under TypeScript ${version} as CommonJS: the quickstart, ethers`, async () => {
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

  for (const version of [...OLDER_NODES, undefined]) {
    describe(`on Node ${version ?? process.version}`, () => {
      let node: string;

      before(async function () {
        if (version !== undefined && !(await installNodes())) {
          console.error(`      There is no network: nothing here has run on Node ${version}.`);
          this.skip();
        }
        node = version === undefined ? process.execPath : programOf(version);
      });

      it("is that Node", async () => {
        consumer.write("version.cjs", "process.stdout.write(process.version)");
        expect(await consumer.run("version.cjs", node)).to.match(new RegExp(`^v${version ?? 24}\\.`));
      });

      describe("runs the README's example, as an ES module", () => {
        let results: string[];

        before(async () => {
          consumer.write("all.mjs", RUN_EXAMPLES);
          const lines = (await consumer.run("all.mjs", node)).trimEnd().split("\n");
          results = JSON.parse(lines.at(-1) ?? "") as string[];
        });

        [...README.keys()].forEach((title, i) => {
          it(`"${title}"`, () => {
            expect(results[i]).to.equal("ran");
          });
        });
      });

      it("finds every entry by require, and tops up a pool as CommonJS", async () => {
        const { settlement, alice } = situation;
        const before = await settlement.read.deposits([alice.account.address]);
        consumer.write("all.cjs", REQUIRE_ALL);
        expect(JSON.parse(await consumer.run("all.cjs", node))).to.deep.equal([]);
        expect((await settlement.read.deposits([alice.account.address])) - before).to.equal(5_000_000n);
      });
    });
  }

  it("shows the quickstart's snippet in its README", () => {
    expect(README.get("Top up a pool")).to.equal(QUICKSTART);
  });

  it("is on a chain that stands where this package says", () => {
    expect(getAddress(situation.usdc.address)).to.equal("0x036CbD53842c5426634e7929541eC2318f3dCF7e");
  });
});

describe("the older Nodes of these tests", () => {
  it("may be missing only where there is no network", () => {
    expect(isOffline(new Error("npm error code EAI_AGAIN"))).to.equal(true);
    expect(isOffline(new Error("npm error code E404"))).to.equal(false);
    expect(isOffline(new Error("npm error code EINTEGRITY"))).to.equal(false);
  });
});
