/**
 * Opens what these tests start from: the contract on Base Sepolia's offline twin, owned by a multisig, with a record and
 * parameters in a folder of its own that stands for `deployments/`. Everything is read over HTTP, as from a live chain.
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { acknowledge } from "@luxxon/chain/deployments/acknowledged";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import { type DeploymentRecord, writeRecords } from "@luxxon/chain/deployments/record";
import { replaceJson } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { clientOf, type ReadClient } from "@luxxon/chain/rpc/client";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { readBuilderFile } from "@luxxon/chain/safe/builderFile";
import { readState } from "@luxxon/chain/settlement/state";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { contractAt, type LocalChain, peopleOf, type Wallet } from "@luxxon/local/chain";
import { serveTwin } from "@luxxon/local/fork/twin";
import { impersonate } from "@luxxon/local/impersonate";
import { USDC, usdcAt } from "@luxxon/local/usdc";
import hre from "hardhat";
import {
  type Address,
  createTestClient,
  encodeDeployData,
  getAddress,
  type Hex,
  http,
  keccak256,
  maxUint256,
  numberToHex,
} from "viem";
import { inspect, type Report } from "../../../scripts/check/inspect.ts";
import { executeBuilderFile, executeCall, type LocalSafe, walletAt } from "../../../scripts/rehearse/signers.ts";
import { applyPlan } from "../../../scripts/roles/apply.ts";
import type { Wanted } from "../../../scripts/roles/changes.ts";
import { planChanges } from "../../../scripts/roles/plan.ts";
import { readTargetFiles, type Target } from "../../../scripts/target.ts";
import { NOTHING } from "./calls.ts";

export const BASE = BASE_CHAINS.baseSepolia;
const PEOPLE = ["circle", "relayer", "guardian", "platform", "alice", "stranger", "newRelayer"] as const;

export interface Ran {
  status: number;
  stdout: string;
  /** Lines of stderr. */
  errors: string[];
}

/** Runs a command as `npm run` does, in a process of its own, against an endpoint. */
export function runScript(script: string, args: string[], rpcUrl: string): Promise<Ran> {
  const env = { ...process.env, BASE_SEPOLIA_RPC_URL: rpcUrl, BASE_RPC_URL: rpcUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { cwd: ROOT, env }, (error, stdout, stderr) => {
      const status = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ status, stdout, errors: stderr.split("\n").filter((line) => line !== "") });
    });
  });
}

export class Operations {
  readonly base = BASE;
  /** The twin itself, with everything that a local chain can do. */
  readonly chain: LocalChain;
  readonly url: string;
  readonly client: ReadClient;
  /** Stands for `deployments/`. */
  readonly folder: string;
  readonly safe: LocalSafe;
  readonly people: Record<(typeof PEOPLE)[number], Address>;
  readonly record: DeploymentRecord;
  readonly #close: () => void;

  private constructor(
    parts: Pick<Operations, "chain" | "url" | "client" | "folder" | "safe" | "people" | "record">,
    close: () => void,
  ) {
    this.chain = parts.chain;
    this.url = parts.url;
    this.client = parts.client;
    this.folder = parts.folder;
    this.safe = parts.safe;
    this.people = parts.people;
    this.record = parts.record;
    this.#close = close;
  }

  /** Alice has 100 USDC in her pool. The default limit is 50 USDC a day, the pool's 50,000. Two of three sign. */
  static async open(): Promise<Operations> {
    const { chain, url, close } = await serveTwin(BASE);
    const client = clientOf(openEndpoint(BASE.rpcUrlVariable, url));
    const { people: wallets, others } = await peopleOf(chain, PEOPLE);
    const people = Object.fromEntries(PEOPLE.map((name) => [name, addressOf(wallets[name])])) as Operations["people"];
    const { relayer, guardian, platform, alice, stranger } = people;
    const safe = await deployTestSafe(url, chain, others.slice(0, 3), 2);
    const folder = await mkdtemp(join(tmpdir(), "luxxon-operations-"));
    const parameters: Parameters = {
      owner: getAddress(safe.address),
      relayer,
      guardian,
      platformWallet: platform,
      defaultDailyLimit: String(50n * USDC),
      poolDailyLimit: String(50_000n * USDC),
    };
    const record = await deploy(client, url, stranger, parameters);
    await writeRecords(folder, BASE.chainId, [record]);
    await mkdir(join(folder, "parameters"));
    const operations = new Operations({ chain, url, client, folder, safe, people, record }, close);
    await operations.intend(parameters);
    await operations.deposit(alice, 100n * USDC);
    return operations;
  }

  async close(): Promise<void> {
    this.#close();
    await rm(this.folder, { recursive: true });
  }

  /** Writes the parameters, as a whole: a watch may read them at any moment. */
  async intend(parameters: object): Promise<void> {
    await replaceJson(join(this.folder, "parameters", `${BASE.name}.json`), parameters);
  }

  /** What is to be looked at, with the files as they are now. */
  async target(): Promise<Target> {
    return { base: BASE, client: this.client, ...(await readTargetFiles(BASE, this.folder)) };
  }

  run(command: "check" | "roles" | "control", ...args: string[]): Promise<Ran> {
    return this.runScript(`scripts/${command}/command.ts`, ["--network", BASE.name, ...args]);
  }

  runScript(script: string, args: string[]): Promise<Ran> {
    return runScript(script, [...args, "--deployments", this.folder], this.url);
  }

  /** A call of the contract by an account of the node. */
  async send(from: Address, data: Hex, to: Address = this.record.address): Promise<Hex> {
    const hash = await walletAt(this.url, from).sendTransaction({ to, data, chain: null });
    const { status } = await this.client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${hash} was reverted`);
    return hash;
  }

  /** A call that a Safe's signers sign, whatever the files say. */
  bySafe(data: Hex, to: Address = this.record.address, safe: LocalSafe = this.safe): Promise<Hex> {
    return executeCall(safe, to, data);
  }

  /** A Safe with other signers, 2 of 2. */
  async anotherSafe(): Promise<LocalSafe> {
    return deployTestSafe(this.url, this.chain, (await peopleOf(this.chain, [])).others.slice(-2), 2);
  }

  /** What owner and guardian can set, as it stands. */
  async settings() {
    const { owner, pendingOwner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit, paused } =
      await readState(this.client, this.record, await this.client.getBlockNumber());
    return { owner, pendingOwner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit, paused };
  }

  /** What the signers do with a file that a command has written. */
  async execute(path: string, safe: LocalSafe = this.safe): Promise<Hex[]> {
    return executeBuilderFile(safe, await readBuilderFile(path));
  }

  /** Plans a change as `npm run roles` does, writes the files, and has the Safe execute the one to sign. */
  async change(wanted: Partial<Wanted>, contract?: string): Promise<void> {
    const plan = await planChanges(await this.target(), { ...NOTHING, ...wanted }, contract);
    const [file] = await applyPlan(await this.target(), plan);
    if (file !== undefined && plan.file !== undefined) await this.execute(file);
  }

  /** Looks as `npm run check` does. */
  async inspect(): Promise<Report> {
    return inspect(await this.target());
  }

  /** Acknowledges every event that is unexpected now. */
  async acknowledge(reason: string): Promise<void> {
    const events = (await this.inspect()).contracts.flatMap(({ unexpected }) => unexpected);
    await acknowledge(this.folder, BASE.name, events, reason);
  }

  async deposit(consumer: Address, amount: bigint): Promise<void> {
    const { chain, people, record } = this;
    const usdc = await usdcAt(chain, BASE.usdc.address);
    const settlement = await contractAt(chain, record.address, luxxonSettlementAbi);
    await usdc.write.mint([consumer, amount], { account: people.circle });
    await usdc.write.approve([record.address, maxUint256], { account: consumer });
    await settlement.write.deposit([amount], { account: consumer });
  }

  /** The relayer charges a consumer, all of it for the stranger. */
  async settle(consumer: Address, amount: bigint): Promise<void> {
    const { chain, people, record } = this;
    const settlement = await contractAt(chain, record.address, luxxonSettlementAbi);
    const id = numberToHex(await this.client.getBlockNumber(), { size: 32 });
    const session = [id, consumer, people.stranger, USDC, amount / USDC, amount, 0n] as const;
    await settlement.write.settleFromPool(session, { account: people.relayer });
  }

  /** Remembers chain and folder as they are. @returns How to go back there. */
  async snapshot(): Promise<() => Promise<void>> {
    const id = await this.cheats.snapshot();
    const parameters = await this.parameters();
    return async () => {
      await this.cheats.revert({ id });
      await rm(join(this.folder, BASE.name), { recursive: true, force: true });
      await this.intend(parameters);
      await writeRecords(this.folder, BASE.chainId, [this.record]);
    };
  }

  /** What a simulated chain can do and a live one cannot. */
  get cheats() {
    return createTestClient({ mode: "hardhat", transport: http(this.url) });
  }

  async parameters(): Promise<Parameters> {
    return JSON.parse(await readFile(join(this.folder, "parameters", `${BASE.name}.json`), "utf8")) as Parameters;
  }

  /** Sends as somebody whose key nobody has. */
  async sendAs(from: Address, to: Address, data: Hex): Promise<void> {
    await impersonate(this.chain, from);
    await this.send(from, data, to);
  }
}

const addressOf = ({ account }: Wallet): Address => getAddress(account.address);

/** Deploys the tests' multisig. */
async function deployTestSafe(
  url: string,
  chain: LocalChain,
  owners: readonly Wallet[],
  threshold: number,
): Promise<LocalSafe> {
  const signers = owners.map(addressOf);
  const { address } = await chain.viem.deployContract("TestSafe", [signers, BigInt(threshold)]);
  return {
    rpcUrl: url,
    address: getAddress(address),
    signers: signers.slice(0, threshold),
    executor: signers[0] as Address,
  };
}

/** Deploys as the module does, and records it as a deployment does. */
export async function deploy(
  client: ReadClient,
  url: string,
  deployer: Address,
  parameters: Parameters,
): Promise<DeploymentRecord> {
  const { owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit } = parameters;
  const usdc = BASE.usdc.address;
  const artifact = await hre.artifacts.readArtifact("LuxxonSettlement");
  const limits = [BigInt(defaultDailyLimit), BigInt(poolDailyLimit)] as const;
  const args = [usdc, owner, relayer, guardian, platformWallet, ...limits] as const;
  const data = encodeDeployData({ abi: luxxonSettlementAbi, bytecode: artifact.bytecode as Hex, args });
  const txHash = await walletAt(url, deployer).sendTransaction({ data, chain: null });
  const { contractAddress, blockNumber } = await client.waitForTransactionReceipt({ hash: txHash });
  if (!contractAddress) throw new Error("the contract was not deployed");
  const code = (await client.getCode({ address: contractAddress })) ?? "0x";
  return {
    address: getAddress(contractAddress),
    version: "4.0.0",
    status: "active",
    fromBlock: Number(blockNumber),
    txHash,
    deployer,
    constructorArgs: { usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit },
    codeHash: keccak256(code),
    // By the compiler's own word of where the immutables are, which is not how a check masks them.
    maskedCodeHash: keccak256(artifact.deployedBytecode as Hex),
    compilerInputHash: keccak256("0x"),
    sourceCommit: "0".repeat(40),
    verified: {},
  };
}
