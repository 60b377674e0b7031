/**
 * Plays an endpoint that lies: it answers as the chain does but for what a test has altered, and alters that wherever it
 * is seen: in logs and receipts, in transactions, in what views return.
 */

import type { Send } from "@luxxon/chain/rpc/endpoint";
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
  numberToHex,
  pad,
  parseAbi,
  parseEventLogs,
} from "viem";
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

type AlterView = (args: readonly unknown[], result: unknown) => unknown;

export class Forger {
  /** Every event of the contract and every transfer of USDC, in order. */
  readonly logs: ForgedLog[];
  readonly #send: Send;
  readonly #address: Address;
  readonly #usdc: Address;
  readonly #inputs = new Map<Hash, Hex>();
  readonly #views = new Map<string, AlterView>();
  readonly #answers = new Map<string, (answer: unknown, params: readonly unknown[]) => unknown>();

  private constructor(scene: Scene, logs: ForgedLog[]) {
    this.#send = scene.send;
    this.#address = scene.settlement.address;
    this.#usdc = scene.usdc.address;
    this.logs = logs;
  }

  static async open(scene: Scene): Promise<Forger> {
    const range = { fromBlock: numberToHex(scene.wanted.fromBlock), toBlock: "latest" };
    const raw = (await scene.send("eth_getLogs", [
      { ...range, address: [scene.settlement.address, scene.usdc.address] },
    ])) as RawLog[];
    const logs = raw.flatMap((log): ForgedLog[] => {
      // USDC also tells of approvals, which concern nobody here.
      const [named] = parseEventLogs({ abi: [...contractAbi, ...tokenAbi], logs: [log as never] });
      if (named === undefined) return [];
      const { eventName, args } = named as unknown as { eventName: string; args: Values };
      return [{ raw: log, eventName, args: { ...args } }];
    });
    return new Forger(scene, logs);
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
    if (method === "eth_getLogs") return this.#getLogs(params[0] as Filter);
    const answer = await this.#send(method, params);
    if (method === "eth_getTransactionReceipt") {
      return { ...(answer as object), logs: this.#forged().filter((log) => log.transactionHash === params[0]) };
    }
    if (method === "eth_getTransactionByHash") {
      const input = this.#inputs.get(params[0] as Hash);
      return input === undefined ? answer : { ...(answer as object), input };
    }
    if (method === "eth_call") return this.#call(params, answer as Hex);
    return answer;
  }

  #getLogs({ fromBlock, toBlock, address, topics = [] }: Filter): RawLog[] {
    return this.#forged().filter(
      (log) =>
        BigInt(log.blockNumber) >= BigInt(fromBlock) &&
        BigInt(log.blockNumber) <= BigInt(toBlock) &&
        log.asked === address.toLowerCase() &&
        topics.every((topic, i) => topic === null || topic.toLowerCase() === log.topics[i]?.toLowerCase()),
    );
  }

  /** The logs as JSON-RPC shows them, numbered anew in each block. */
  #forged(): (RawLog & { asked: string })[] {
    const next = new Map<string, number>();
    return this.logs.map(({ raw, eventName, args }) => {
      const isTransfer = eventName === "Transfer";
      const logIndex = next.get(raw.blockHash) ?? 0;
      next.set(raw.blockHash, logIndex + 1);
      return {
        ...raw,
        ...encoded(isTransfer ? tokenAbi : contractAbi, eventName, args),
        blockNumber: numberToHex(BigInt(raw.blockNumber)),
        logIndex: numberToHex(logIndex),
        asked: (isTransfer ? this.#usdc : this.#address).toLowerCase(),
      };
    });
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
