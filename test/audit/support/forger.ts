/**
 * Plays an endpoint that lies: it answers as the chain does but for what a test has altered, and alters that wherever it
 * is seen: in logs and receipts, in transactions, in what views return. Unless told otherwise it makes up a whole chain, in
 * which every signature, hash and root is right, so that only the rules can tell.
 */

import type { RawBlock } from "@luxxon/chain/rpc/blocks";
import type { Send } from "@luxxon/chain/rpc/endpoint";
import { sameHex } from "@luxxon/chain/rpc/hex";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Abi,
  type Address,
  decodeFunctionData,
  decodeFunctionResult,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionData,
  encodeFunctionResult,
  type Hash,
  type Hex,
  multicall3Abi,
  pad,
  parseAbi,
  parseEventLogs,
} from "viem";
import { type Alterations, type MadeUp, makeUp, readTrueBlocks, type TrueBlock } from "./madeUp.ts";
import type { Scene } from "./scene.ts";

const contractAbi: Abi = luxxonSettlementAbi;
const tokenAbi: Abi = parseAbi([
  "event Transfer(address indexed from, address indexed to, uint256 amount)",
  "function balanceOf(address account) view returns (uint256)",
]);

export type Values = Record<string, unknown>;

/** A log that can be altered. */
export interface ForgedLog {
  raw: RawLog;
  eventName: string;
  args: Values;
}

/** As its receipt has it: one of the contract's or of USDC's transfers, or another, which no test alters. */
type Slot = ForgedLog | Pick<RawLog, "address" | "topics" | "data">;

type AlterView = (args: readonly unknown[], result: unknown) => unknown;

export class Forger {
  /** Every event of the contract and every transfer of USDC, in order. */
  readonly logs: ForgedLog[];
  readonly #send: Send;
  readonly #isSealed: boolean;
  readonly #address: Address;
  readonly #usdc: Address;
  readonly #blocks: readonly TrueBlock[];
  /** Logs of other contracts, and USDC's approvals. */
  readonly #others: readonly RawLog[];
  readonly #cut = new Set<ForgedLog>();
  readonly #inputs = new Map<Hash, Hex>();
  readonly #views = new Map<string, AlterView>();
  readonly #answers = new Map<string, (answer: unknown, params: readonly unknown[]) => unknown>();
  #madeUp: Promise<MadeUp> | undefined;

  private constructor(scene: Scene, blocks: readonly TrueBlock[], isSealed: boolean) {
    this.#send = scene.send;
    this.#address = scene.settlement.address;
    this.#usdc = scene.usdc.address;
    this.#blocks = blocks;
    this.#isSealed = isSealed;
    this.logs = [];
    const others: RawLog[] = [];
    for (const raw of blocks.flatMap(({ receipts }) => receipts.flatMap((receipt) => receipt.logs))) {
      const isOfEither = sameHex(raw.address, this.#address) || sameHex(raw.address, this.#usdc);
      const [named] = isOfEither ? parseEventLogs({ abi: [...contractAbi, ...tokenAbi], logs: [raw as never] }) : [];
      if (named === undefined) {
        others.push(raw);
        continue;
      }
      const { eventName, args } = named as unknown as { eventName: string; args: Values };
      this.logs.push({ raw, eventName, args: { ...args } });
    }
    this.#others = others;
  }

  /** @param options.isSealed Default: a whole chain is made up; else hashes, roots and signatures stay as they were. */
  static async open(scene: Scene, { isSealed = true } = {}): Promise<Forger> {
    const { fromBlock, toBlock } = scene.wanted;
    return new Forger(scene, await readTrueBlocks(scene.send, fromBlock, toBlock as bigint), isSealed);
  }

  /** The first event of that name with such arguments; fails if there is none. */
  find(eventName: string, args: Values = {}): ForgedLog {
    const found = this.logs.find(
      (log) => log.eventName === eventName && Object.entries(args).every(([name, value]) => log.args[name] === value),
    );
    if (found === undefined) throw new Error(`the history has no such ${eventName}`);
    return found;
  }

  /** The first log of that name after another, in its transaction. */
  after(log: ForgedLog, eventName: string, args: Values = {}): ForgedLog {
    const rest = this.logs.slice(this.logs.indexOf(log) + 1);
    const found = rest.find(
      (one) =>
        one.raw.transactionHash === log.raw.transactionHash &&
        one.eventName === eventName &&
        Object.entries(args).every(([name, value]) => one.args[name] === value),
    );
    if (found === undefined) throw new Error(`no ${eventName} follows`);
    return found;
  }

  alter(log: ForgedLog, changes: Values): void {
    Object.assign(log.args, changes);
  }

  /** Ends a log's data a byte too early. */
  cut(log: ForgedLog): void {
    this.#cut.add(log);
  }

  remove(log: ForgedLog): void {
    this.logs.splice(this.logs.indexOf(log), 1);
  }

  /** Another log of that kind, right behind `where` and in its transaction. */
  insert(where: ForgedLog, log: ForgedLog): void {
    const raw = { ...where.raw, address: log.raw.address };
    this.logs.splice(this.logs.indexOf(where) + 1, 0, { raw, eventName: log.eventName, args: { ...log.args } });
  }

  /** Alters what the transaction of a log has submitted. */
  async alterInput({ raw }: ForgedLog, alter: (args: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const hash = raw.transactionHash;
    const { input } = (await this.#send("eth_getTransactionByHash", [hash])) as { input: Hex };
    const { functionName, args = [] } = decodeFunctionData({ abi: contractAbi, data: this.#inputs.get(hash) ?? input });
    this.#inputs.set(hash, encodeFunctionData({ abi: contractAbi, functionName, args: alter(args) }));
  }

  /** Alters what a view returns. */
  alterView(functionName: string, alter: AlterView): void {
    this.#views.set(functionName, alter);
  }

  /** Alters any other answer. */
  alterAnswer(method: string, alter: (answer: unknown, params: readonly unknown[]) => unknown): void {
    this.#answers.set(method, alter);
  }

  readonly send: Send = async (method, params) => {
    const alter = this.#answers.get(method);
    const answer = await this.#answer(method, params);
    return alter === undefined ? answer : alter(answer, params);
  };

  async #answer(method: string, params: readonly unknown[]): Promise<unknown> {
    this.#madeUp ??= makeUp(this.#blocks, this.#alterations());
    const { blocks, receipts, logs, trueHashes } = await this.#madeUp;
    const [first] = params;
    switch (method) {
      case "eth_getLogs":
        return logsIn(logs, first as Filter);
      case "eth_getTransactionReceipt":
        return receipts.get(first as Hash) ?? this.#send(method, params);
      case "eth_getBlockByNumber": {
        const answer = (await this.#send(method, params)) as (RawBlock & { number: Hex }) | null;
        const block = answer === null ? undefined : blocks.get(BigInt(answer.number));
        if (block === undefined) return answer;
        return params[1] === true ? block : { ...block, transactions: [] };
      }
      case "debug_traceTransaction":
        return this.#send(method, [trueHashes.get(first as Hash) ?? first, ...params.slice(1)]);
      case "eth_getProof":
        // What the contract would say otherwise cannot be proved.
        if (this.#views.size === 0 && !this.#answers.has("eth_getStorageAt")) return this.#send(method, params);
        throw Object.assign(new Error("the method eth_getProof does not exist"), { code: -32601 });
      case "eth_call":
        return this.#call(params, (await this.#send(method, params)) as Hex);
      default:
        return this.#send(method, params);
    }
  }

  /** What the receipts of all transactions hold now. */
  #alterations(): Alterations {
    const logs = new Map<Hash, Slot[]>();
    const add = (hash: Hash, log: Slot) => logs.get(hash)?.push(log) ?? logs.set(hash, [log]);
    const originals = this.#blocks.flatMap(({ receipts }) => receipts);
    for (const { transactionHash, logs: its } of originals) {
      logs.set(transactionHash, []);
      // Others keep their place as far as there still is one.
      const ours = this.logs.filter(({ raw }) => raw.transactionHash === transactionHash);
      for (const raw of its) {
        if (this.#others.includes(raw)) add(transactionHash, raw);
        else if (ours.length > 0) add(transactionHash, ours.shift() as ForgedLog);
      }
      for (const log of ours) add(transactionHash, log);
    }
    const encode = (slot: Slot) => {
      if (!("raw" in slot)) return slot;
      const isTransfer = slot.eventName === "Transfer";
      const { topics, data } = encoded(isTransfer ? tokenAbi : contractAbi, slot.eventName, slot.args);
      const shown = this.#cut.has(slot) ? (data.slice(0, -2) as Hex) : data;
      return { address: isTransfer ? this.#usdc : this.#address, topics, data: shown };
    };
    return {
      logs: new Map([...logs].map(([hash, slots]) => [hash, slots.map(encode)])),
      inputs: this.#inputs,
      isSealed: this.#isSealed,
    };
  }

  /** Alters the answers inside an answer of Multicall3. */
  #call(params: readonly unknown[], answer: Hex): Hex {
    const { data } = params[0] as { data: Hex };
    const at = data.lastIndexOf(AGGREGATE3);
    if (at === -1 || this.#views.size === 0) return answer;
    const { args } = decodeFunctionData({ abi: multicall3Abi, data: `0x${data.slice(at)}` });
    const calls = (args as unknown as [{ target: Address; callData: Hex }[]])[0];
    const results = decodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", data: answer });
    const altered = results.map(({ success, returnData }, i) => ({
      success,
      returnData: success ? this.#view((calls[i] as (typeof calls)[number]).callData, returnData) : returnData,
    }));
    return encodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", result: altered as never });
  }

  #view(callData: Hex, returnData: Hex): Hex {
    const abi = [...contractAbi, ...tokenAbi];
    const { functionName, args = [] } = decodeFunctionData({ abi, data: callData });
    const alter = this.#views.get(functionName);
    if (alter === undefined) return returnData;
    const result = alter(args, decodeFunctionResult({ abi, functionName, data: returnData }));
    return encodeFunctionResult({ abi, functionName, result: result as never });
  }
}

const AGGREGATE3 = "82ad56cb";

interface Filter {
  fromBlock: Hex;
  toBlock: Hex;
  address: Address;
  topics?: (Hex | null)[];
}

function logsIn(logs: readonly RawLog[], { fromBlock, toBlock, address, topics = [] }: Filter): RawLog[] {
  return logs.filter(
    (log) =>
      BigInt(log.blockNumber) >= BigInt(fromBlock) &&
      BigInt(log.blockNumber) <= BigInt(toBlock) &&
      sameHex(log.address, address) &&
      topics.every((topic, i) => topic === null || sameHex(topic, log.topics[i] ?? "")),
  );
}

function encoded(abi: Abi, eventName: string, args: Values): { topics: Hex[]; data: Hex } {
  const item = abi.find((one) => one.type === "event" && one.name === eventName);
  if (item?.type !== "event") throw new Error(`there is no event ${eventName}`);
  const inData = item.inputs.filter(({ indexed }) => indexed !== true);
  const topics = encodeEventTopics({ abi, eventName, args } as never) as Hex[];
  return {
    topics,
    data: encodeAbiParameters(
      inData,
      inData.map(({ name = "" }) => args[name]),
    ),
  };
}

/** An address as a topic. */
export function topicOf(address: Address): Hex {
  return pad(address);
}
