import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readBuildFile } from "@luxxon/chain/deployments/build";
import { type DeploymentRecord, readRecords, writeRecords } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { type Call, relayTo } from "@luxxon/local/fork/relay";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { createWalletClient, type Hash, http, keccak256 } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { runChild } from "../../scripts/child.ts";
import type { DeployOptions } from "../../scripts/deploy/runDeployment.ts";
import { keyOf, openStage, type Stage, writeParameters } from "../../scripts/rehearse/stage.ts";
import { base, baseSepolia, deployOn, type Told } from "./support.ts";

const ID = "base-sepolia-4.0.0";

describe("A deployment", function () {
  this.timeout(120_000);
  let stage: Stage;
  const folders: string[] = [];

  before(async () => {
    stage = await openStage(baseSepolia);
    await stage.fund(stage.deployer.address, "10");
  });
  after(async () => {
    await stage.close();
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** A folder for one situation, with the stage's parameters or others. */
  async function folderWith(change: object = {}, of: Stage = stage): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "luxxon-deployments-"));
    folders.push(folder);
    await writeParameters(folder, of.base, { ...of.parameters, ...change });
    return folder;
  }
  const nonce = async () =>
    (await stage.twin.viem.getPublicClient()).getTransactionCount({ address: stage.deployer.address });
  const send = (folder: string, options: Partial<DeployOptions> = {}) =>
    deployOn(stage, { send: true, folder, ...options });

  /** Sends through an endpoint that behaves as `options` say. */
  async function sendThrough(folder: string, options: Parameters<typeof relayTo>[1]): Promise<Told> {
    const relay = await relayTo(stage.twinUrl, options);
    const told = await send(folder, { access: { rpcUrl: relay.url, deployer: stage.deployer } });
    relay.close();
    return told;
  }
  /** Sends through an endpoint that goes down, for good, with a call of this method, once the chain has answered it. */
  async function sendUntil(folder: string, method: string): Promise<Told> {
    const relay = await relayTo(stage.twinUrl, {
      after: (call: Call) => {
        if (call.method === method) relay.close();
      },
    });
    return send(folder, { access: { rpcUrl: relay.url, deployer: stage.deployer } });
  }

  const isSafe = ({ method, params }: Call) => method === "eth_getBlockByNumber" && params?.[0] === "safe";

  function expectLine({ error }: Told, line: string | RegExp) {
    if (typeof line === "string") expect(error?.message).to.equal(line);
    else expect(error?.message).to.match(line);
    expect(error?.message).not.to.contain("\n");
    // Exit code 2.
    expect(error).to.be.instanceOf(UsageError);
  }

  describe("that only simulates", () => {
    let told: Told;
    let folder: string;
    let before_: number;
    before(async () => {
      folder = await folderWith();
      before_ = await nonce();
      told = await deployOn(stage, { folder, ethUsd: 2_500 });
    });

    it("ends well", () => {
      expect(told.error).to.equal(undefined);
      expect(told.ending).to.equal("simulated");
    });
    it("sends nothing, and writes nothing", async () => {
      expect(await nonce()).to.equal(before_);
      expect(readdirSync(folder)).to.deep.equal(["parameters"]);
    });
    it("checks what it deployed on the fork, and settles a session there", () => {
      const found = told.simulation?.checks.map(({ name, outcome }) => `${name} ${outcome}`);
      expect(found).to.deep.equal(
        ["code", "version", "roles", "limits", "books", "session"].map((name) => `${name} passed`),
      );
    });
    it("takes the price of ETH that it is given, and says so", () => {
      expect(told.simulation?.ethPrice).to.deep.equal({ usd: 2_500, source: "--eth-usd" });
    });
    it("has no price where Chainlink has no feed and none is given", async () => {
      expect((await deployOn(stage, { folder })).simulation?.ethPrice).to.equal(undefined);
    });
  });

  describe("that is sent", () => {
    let told: Told;
    let folder: string;
    let before_: number;
    let record: DeploymentRecord;
    const old: DeploymentRecord = {
      address: "0x7777777777777777777777777777777777777777",
      version: "3.0.0",
      status: "active",
      fromBlock: 7,
      txHash: `0x${"07".repeat(32)}`,
      deployer: "0x8888888888888888888888888888888888888888",
      constructorArgs: {
        usdc: baseSepolia.usdc.address,
        owner: "0x1111111111111111111111111111111111111111",
        relayer: "0x2222222222222222222222222222222222222222",
        guardian: "0x3333333333333333333333333333333333333333",
        platformWallet: "0x4444444444444444444444444444444444444444",
        defaultDailyLimit: "0",
        poolDailyLimit: "0",
      },
      codeHash: `0x${"01".repeat(32)}`,
      maskedCodeHash: `0x${"02".repeat(32)}`,
      compilerInputHash: `0x${"03".repeat(32)}`,
      sourceCommit: "a".repeat(40),
      verified: {},
    };
    before(async () => {
      folder = await folderWith();
      await writeRecords(folder, baseSepolia.chainId, [old]);
      before_ = await nonce();
      told = await send(folder);
      record = (await readRecords(folder, baseSepolia.chainId))[1] as DeploymentRecord;
    });

    it("takes one transaction", async () => {
      expect(told.error).to.equal(undefined);
      expect(await nonce()).to.equal(before_ + 1);
    });
    it("stands where the simulation said", () => {
      expect(record.address).to.equal(told.simulation?.address);
    });
    it("waits until the block is safe, and not for a number of blocks", () => {
      expect(told.progress.at(-1)).to.equal(`Block ${record.fromBlock} is safe.`);
    });
    it("is recorded with its transaction and block", async () => {
      const client = await stage.twin.viem.getPublicClient();
      const receipt = await client.getTransactionReceipt({ hash: record.txHash });
      expect(receipt.contractAddress).to.equal(record.address.toLowerCase());
      expect(receipt.blockNumber).to.equal(BigInt(record.fromBlock));
      expect(record.deployer).to.equal(stage.deployer.address);
    });
    it("is recorded with its arguments", () => {
      expect(record.constructorArgs).to.deep.equal({ usdc: baseSepolia.usdc.address, ...stage.parameters });
    });
    it("is recorded with the hashes of its code, of the build and of the commit", async () => {
      const client = await stage.twin.viem.getPublicClient();
      const code = await client.getCode({ address: record.address });
      const { maskedCodeHash, compilerInputHash } = await readBuildFile();
      const { stdout } = spawnSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" });
      expect(record.codeHash).to.equal(keccak256(code ?? "0x"));
      expect(record.maskedCodeHash).to.equal(maskedCodeHash);
      expect(record.compilerInputHash).to.equal(compilerInputHash);
      expect(record.sourceCommit).to.equal(stdout.trim());
    });
    it("makes what stood there before withdraw-only", async () => {
      const records = await readRecords(folder, baseSepolia.chainId);
      expect(records.map(({ version, status }) => `${version} ${status}`)).to.deep.equal([
        "3.0.0 withdraw-only",
        "4.0.0 active",
      ]);
    });
    it("has a record that is valid by the published schema", async () => {
      const ajv = new Ajv2020({ strict: true });
      const schema = JSON.parse(readFileSync(join(ROOT, "deployments/schema/record.schema.json"), "utf8")) as object;
      const written = JSON.parse(readFileSync(join(folder, "84532.json"), "utf8")) as unknown;
      expect(ajv.validate(schema, written), ajv.errorsText()).to.equal(true);
    });

    describe("and is to be shown by Basescan, without a key of Etherscan's", () => {
      it("reports that, with the way to set it", async () => {
        const command = [
          "scripts/verify/command.ts",
          "--network",
          "base-sepolia",
          "--only",
          "basescan",
          "--deployments",
          folder,
        ];
        const { status, stdout } = await runChild([process.execPath, ...command], {
          cwd: ROOT,
          // CI never looks into anybody's keystore.
          environment: { BASE_SEPOLIA_RPC_URL: stage.rpcUrl, ETHERSCAN_API_KEY: "", CI: "true" },
        });
        expect(status).to.equal(1);
        expect(stdout).to.equal(
          "  ✗ basescan   ETHERSCAN_API_KEY is not set: npx hardhat keystore set ETHERSCAN_API_KEY, or set it in the environment\n",
        );
        expect(record.verified).to.deep.equal({});
      });
    });

    describe("and is asked for again", () => {
      it("is found recorded: nothing happens", async () => {
        const again = await send(folder);
        expect(again).to.deep.include({ ending: "recorded", checks: [] });
        expect(again.lines).to.include("\nAlready deployed and recorded: nothing to do");
        expect(await nonce()).to.equal(before_ + 1);
      });
      it("is recorded again, and not sent again, if the process died before the record was written", async () => {
        const written = readFileSync(join(folder, "84532.json"), "utf8");
        await writeRecords(folder, baseSepolia.chainId, [old]);
        const again = await send(folder);
        expect(again.error).to.equal(undefined);
        expect(readFileSync(join(folder, "84532.json"), "utf8")).to.equal(written);
        expect(await nonce()).to.equal(before_ + 1);
      });
      it("with other parameters, is refused with the way out", async () => {
        const relayer = "0x9999999999999999999999999999999999999999";
        await writeParameters(folder, baseSepolia, { ...stage.parameters, relayer });
        expectLine(
          await send(folder),
          `4.0.0 is already deployed on Base Sepolia, at ${record.address}; it was made with another relayer, ${stage.parameters.relayer} and not ${relayer}. What changes afterwards goes by npm run roles, and npm run check compares it with the chain.`,
        );
      });
    });
  });

  describe("that a check stops", () => {
    it("sends nothing, and writes nothing", async () => {
      const folder = await folderWith({ owner: "0x1111111111111111111111111111111111111111" });
      const before = await nonce();
      const told = await send(folder);
      expect(told.ending).to.equal("refused");
      expect(told.checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name)).to.deep.equal([
        "owner",
      ]);
      expect(await nonce()).to.equal(before);
      expect(readdirSync(folder)).to.deep.equal(["parameters"]);
    });
  });

  describe("through an endpoint", () => {
    it("of another chain is refused", async () => {
      const folder = await folderWith();
      await writeParameters(folder, base, stage.parameters);
      const told = await send(folder, { base });
      expectLine(told, `BASE_RPC_URL: ${stage.rpcUrl} serves chain 84532, not Base (8453).`);
      expect(readdirSync(folder)).to.deep.equal(["parameters"]);
    });
    it("that is down is refused", async () => {
      const access = { rpcUrl: "http://127.0.0.1:9/v1/secret", deployer: stage.deployer };
      const told = await send(await folderWith(), { access });
      expectLine(told, /^BASE_SEPOLIA_RPC_URL: http:\/\/127\.0\.0\.1:9 cannot be reached \(.*\)\.$/);
    });
  });

  const STOPPED =
    "BASE_SEPOLIA_RPC_URL stopped answering: when it is back, run the same command again: nothing is sent twice.";

  for (const [when, method, known] of [
    ["before the deployer hears that it was sent", "eth_sendRawTransaction", false],
    ["before the deployer sees the receipt", "eth_getTransactionReceipt", true],
  ] as const) {
    describe(`whose endpoint goes down ${when}`, () => {
      let folder: string;
      let first: Told;
      let before_: number;
      before(async () => {
        folder = await folderWith();
        before_ = await nonce();
        first = await sendUntil(folder, method);
      });

      it("says what to do", () => expectLine(first, STOPPED));
      it("has sent its transaction, and recorded nothing", async () => {
        expect(await nonce()).to.equal(before_ + 1);
        expect(await readRecords(folder, baseSepolia.chainId)).to.deep.equal([]);
        const journal = readFileSync(join(folder, ID, "journal.jsonl"), "utf8");
        expect(journal.includes('"TRANSACTION_SEND"')).to.equal(known);
      });
      it("is finished by the same command, without a second transaction", async () => {
        const again = await send(folder);
        expect(again.error).to.equal(undefined);
        expect(again.ending).to.equal("recorded");
        expect(await nonce()).to.equal(before_ + 1);
      });
    });
  }

  describe("through an endpoint with many nodes behind it, of which one does not know yet what another has shown", () => {
    const SENDING = "eth_sendRawTransaction";
    /** What it answers at first, if not what is so. */
    type Moment = (call: Call, isSent: boolean) => object | undefined;

    /** Of each method the first calls, once or twice, are answered so; then they are answered as it is. */
    const dithering = (moment: Moment, times: number) => {
      const given = new Map<string, number>();
      let isSent = false;
      return (call: Call) => {
        isSent ||= call.method === SENDING;
        const before = given.get(call.method) ?? 0;
        const answer = before < times ? moment(call, isSent) : undefined;
        if (answer !== undefined) given.set(call.method, before + 1);
        return answer;
      };
    };
    const NOTHING = { result: "0x" };
    const isNamed = ({ method, params }: Call) =>
      /^eth_get(BlockBy|Transaction(ByHash|Receipt))/.test(method) && String(params?.[0]).startsWith("0x");

    for (const [what, times, moment] of [
      ["a receipt, a transaction, a block is null twice", 2, (call) => (isNamed(call) ? { result: null } : undefined)],
      ["the latest block is null once", 1, ({ params }) => (params?.[0] === "latest" ? { result: null } : undefined)],
      ["what is safe is null twice", 2, (call) => (isSafe(call) ? { result: null } : undefined)],
      [
        "what is safe is not known twice",
        2,
        (call) => (isSafe(call) ? { error: { code: -32000, message: "safe block not found" } } : undefined),
      ],
      ["code is not there twice", 2, ({ method }, sent) => (sent && method === "eth_getCode" ? NOTHING : undefined)],
      ["calls find no code once", 1, ({ method }, sent) => (sent && method === "eth_call" ? NOTHING : undefined)],
      [
        "each kind of answer is an internal error once",
        1,
        () => ({ error: { code: -32603, message: "Internal error" } }),
      ],
      ["every node is still indexing twice", 2, () => ({ error: { code: -32000, message: "node is still indexing" } })],
      ["the header is not found once", 1, () => ({ error: { code: -32000, message: "header not found" } })],
    ] as [string, number, Moment][]) {
      it(`is recorded by one transaction if ${what}`, async () => {
        const folder = await folderWith();
        const before = await nonce();
        const told = await sendThrough(folder, { instead: dithering(moment, times) });
        expect(told.error).to.equal(undefined);
        expect(told.ending).to.equal("recorded");
        expect(await nonce()).to.equal(before + 1);
      });
    }

    it("is recorded by one transaction if the answer to its sending is lost, and it is sent again", async () => {
      const folder = await folderWith();
      const before = await nonce();
      let lost = 0;
      const told = await sendThrough(folder, {
        after({ method }) {
          // The relay then answers 502.
          if (method === SENDING && lost++ === 0) throw new Error("lost");
        },
      });
      expect([told.error, told.ending, lost]).to.deep.equal([undefined, "recorded", 2]);
      expect(await nonce()).to.equal(before + 1);
    });

    it("says that the same command goes on, if it stays so", async () => {
      const folder = await folderWith();
      const before = await nonce();
      const broken = { error: { code: -32603, message: "Internal error" } };
      let sent = false;
      const told = await sendThrough(folder, {
        instead: () => (sent ? broken : undefined),
        after({ method }) {
          sent ||= method === SENDING;
        },
      });
      expectLine(
        told,
        /^BASE_SEPOLIA_RPC_URL: \S+ refuses eth_\w+: Internal error\. To go on, run the same command again: nothing is sent twice\.$/,
      );
      expect((await send(folder)).ending).to.equal("recorded");
      expect(await nonce()).to.equal(before + 1);
    });
  });

  describe("in a block that is not safe yet", () => {
    it("is not recorded before it is", async () => {
      const folder = await folderWith();
      const first = await stage.twin.provider.request({ method: "eth_getBlockByNumber", params: ["0x1", false] });
      let asked = 0;
      let recordedBefore = false;
      const { ending, progress } = await sendThrough(folder, {
        dress(call, result) {
          if (!isSafe(call) || asked++ > 0) return result;
          recordedBefore = existsSync(join(folder, "84532.json"));
          return first;
        },
      });
      expect(ending).to.equal("recorded");
      expect(recordedBefore).to.equal(false);
      expect(progress.join("\n")).to.match(/In block \d+; safe is 1\. Waiting/);
    });

    it("is not recorded if the chain replaces the block", async () => {
      const folder = await folderWith();
      let safe = false;
      const told = await sendThrough(folder, {
        dress(call, result) {
          if (isSafe(call)) safe = true;
          if (!safe || call.method !== "eth_getTransactionReceipt") return result;
          return { ...(result as object), blockHash: `0x${"ab".repeat(32)}` };
        },
      });
      expectLine(told, "The chain has replaced the block of the deployment: run the same command again.");
      expect(existsSync(join(folder, "84532.json"))).to.equal(false);
    });
  });

  describe("whose transaction the chain did not take", () => {
    let begun: string;
    let first: Told;
    let before_: number;

    const refusal = { error: { code: -32000, message: "transaction underpriced" } };
    before(async () => {
      begun = await folderWith();
      before_ = await nonce();
      first = await sendThrough(begun, {
        instead: ({ method }) => (method === "eth_sendRawTransaction" ? refusal : undefined),
      });
    });

    /** The same situation once more, apart. */
    async function copy(change: object = {}): Promise<string> {
      const folder = await folderWith(change);
      cpSync(join(begun, ID), join(folder, ID), { recursive: true });
      return folder;
    }
    const journalOf = (folder: string) => join(folder, ID, "journal.jsonl");

    it("tells the chain's reason", () => expect(first.error?.message).to.contain("transaction underpriced"));
    it("has sent and recorded nothing", async () => {
      expect(await nonce()).to.equal(before_);
      expect(existsSync(join(begun, "84532.json"))).to.equal(false);
    });

    it("cannot go on with other parameters", async () => {
      const folder = await copy({ poolDailyLimit: "6000000000" });
      expectLine(
        await send(folder),
        `${join(folder, ID)} holds a deployment that was begun with another poolDailyLimit. If nothing of it was sent, move that folder away and run again.`,
      );
      expect(await nonce()).to.equal(before_);
    });
    it("cannot go on from another build", async () => {
      const folder = await copy();
      const artifact = join(folder, ID, "artifacts", "LuxxonSettlement#LuxxonSettlement.json");
      const { bytecode, ...rest } = JSON.parse(readFileSync(artifact, "utf8")) as { bytecode: string };
      writeFileSync(artifact, JSON.stringify({ ...rest, bytecode: `${bytecode.slice(0, -2)}00` }));
      expectLine(
        await send(folder),
        `${join(folder, ID)} holds a deployment that was begun from another build: compile the commit that it began with. If nothing of it was sent, move that folder away and run again.`,
      );
      expect(await nonce()).to.equal(before_);
    });
    it("cannot go on with another key", async () => {
      const deployer = privateKeyToAccount(keyOf("another deployer"));
      await stage.fund(deployer.address, "1");
      const told = await send(await copy(), { access: { rpcUrl: stage.rpcUrl, deployer } });
      expectLine(told, /holds a deployment that was begun by another deployer/);
      expect(await nonce()).to.equal(before_);
    });
    it("cannot go on on another chain", async () => {
      const folder = await copy();
      const text = readFileSync(journalOf(folder), "utf8");
      writeFileSync(journalOf(folder), text.replace('"chainId":84532', '"chainId":8453'));
      expectLine(await send(folder), `${join(folder, ID)} is the journal of a deployment on another chain.`);
      expect(await nonce()).to.equal(before_);
    });

    describe("after the deployer used its nonce for something else", () => {
      let snapshot: unknown;
      before(async () => {
        snapshot = await stage.twin.provider.request({ method: "evm_snapshot", params: [] });
        const wallet = createWalletClient({ account: stage.deployer, transport: http(stage.twinUrl) });
        await wallet.sendTransaction({ chain: null, to: stage.parameters.relayer, value: 1n });
      });
      after(() => stage.twin.provider.request({ method: "evm_revert", params: [snapshot] }));

      it("is refused, with the way out", async () => {
        const folder = await copy();
        expectLine(
          await send(folder),
          `${stage.deployer.address} used nonce ${before_}, which was the deployment's, for something else: nothing was deployed. Move ${join(folder, ID)} away and run again.`,
        );
        expect(existsSync(join(folder, "84532.json"))).to.equal(false);
      });
    });

    describe("while the deployer has another transaction under way", () => {
      let pending: Hash;
      before(async () => {
        await stage.twin.provider.request({ method: "evm_setAutomine", params: [false] });
        const wallet = createWalletClient({ account: stage.deployer, transport: http(stage.twinUrl) });
        const to = stage.parameters.relayer;
        pending = await wallet.sendTransaction({ chain: null, to, value: 1n, nonce: before_ });
      });
      after(async () => {
        // Out of the pool again, as if it had never been.
        await stage.twin.provider.request({ method: "hardhat_dropTransaction", params: [pending] });
        await stage.twin.provider.request({ method: "evm_setAutomine", params: [true] });
      });

      it("is told to wait, if it was begun", async () => {
        expectLine(
          await send(await copy()),
          `${stage.deployer.address} has a transaction with nonce ${before_} under way: wait until it is mined, then run again.`,
        );
      });
      it("is told to wait, if it is new", async () => {
        const folder = await folderWith();
        expectLine(
          await send(folder),
          `${stage.deployer.address} has a transaction that is not confirmed yet: wait until it is (or replace it), then run the same command again: nothing is sent twice.`,
        );
        expect(existsSync(join(folder, "84532.json"))).to.equal(false);
      });
    });

    describe("and then", () => {
      it("goes on if the process died before it had signed anything", async () => {
        const snapshot = await stage.twin.provider.request({ method: "evm_snapshot", params: [] });
        const folder = await copy();
        rmSync(join(folder, ID, "sent.jsonl"));
        expect((await send(folder)).ending).to.equal("recorded");
        expect(await nonce()).to.equal(before_ + 1);
        await stage.twin.provider.request({ method: "evm_revert", params: [snapshot] });
      });
      it("goes on if the process died in the middle of a line of the journal", async () => {
        const snapshot = await stage.twin.provider.request({ method: "evm_snapshot", params: [] });
        const folder = await copy();
        writeFileSync(journalOf(folder), `${readFileSync(journalOf(folder), "utf8")}\n{"type":"TRANSACTION_SE`);
        expect((await send(folder)).ending).to.equal("recorded");
        expect(await nonce()).to.equal(before_ + 1);
        await stage.twin.provider.request({ method: "evm_revert", params: [snapshot] });
      });
      it("goes on by the same command when the chain takes it", async () => {
        expect((await send(begun)).ending).to.equal("recorded");
        expect(await nonce()).to.equal(before_ + 1);
      });
    });
  });

  describe("to mainnet", () => {
    let mainnet: Stage;
    let repository: string;
    before(async () => {
      mainnet = await openStage(base);
      await mainnet.fund(mainnet.deployer.address, "1");
      repository = mkdtempSync(join(tmpdir(), "luxxon-clean-"));
      folders.push(repository);
      for (const args of [
        ["init", "--quiet"],
        ["commit", "--quiet", "--allow-empty", "--message", "all"],
      ]) {
        spawnSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], { cwd: repository });
      }
    });
    after(() => mainnet.close());

    const sendTo = async (confirm: boolean) =>
      deployOn(mainnet, {
        send: true,
        allowed: [],
        repository,
        folder: await folderWith({}, mainnet),
        confirm: async () => confirm,
      });

    it("asks before it sends, and a no is a no", async () => {
      const told = await sendTo(false);
      expectLine(told, "Nothing was sent.");
      expect(mainnet.counts.get("eth_sendRawTransaction")).to.equal(undefined);
    });
    it("goes through after a yes", async () => {
      const told = await sendTo(true);
      expect(told.error).to.equal(undefined);
      expect(told.checks.every(({ outcome }) => outcome === "passed")).to.equal(true);
      expect(told.record?.constructorArgs.usdc).to.equal(base.usdc.address);
      expect(told.lines).to.include("\nDeployed and recorded");
    });
  });
});
