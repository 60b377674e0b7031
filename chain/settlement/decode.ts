/** Decodes what was taken of a transaction: events, transfers and calls get their names. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { Call } from "@luxxon/contracts-abi/model";
import {
  type Abi,
  type AbiEvent,
  type AbiParameter,
  type Address,
  decodeFunctionData,
  type Hex,
  parseAbiItem,
  toEventSelector,
} from "viem";
import { checksummed } from "../rpc/address.ts";
import type { ContractCall, Entry, HistoryTransaction, UsdcTransfer } from "./history.ts";
import type { FoundCall, ProvenLog, ProvenTransaction } from "./transactions.ts";

type Input = AbiParameter & { name: string; indexed: boolean };

interface Shape {
  name: string;
  inputs: Input[];
}

/** viem looks an event up by hashing the whole ABI for each log; of a hundred thousand logs that would be most of the work. */
const SHAPES: ReadonlyMap<Hex, Shape> = new Map(
  luxxonSettlementAbi
    .filter((item) => item.type === "event")
    .map((item) => [toEventSelector(item as AbiEvent), shapeOf(item as AbiEvent)]),
);
const TRANSFER = shapeOf(
  parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 amount)") as AbiEvent,
);

function shapeOf({ name, inputs }: AbiEvent): Shape {
  return { name, inputs: inputs as unknown as Input[] };
}

/**
 * @param calls What reached the contract; undefined: not known.
 * @returns undefined if a log is none that the contract or USDC can emit.
 */
export function decodeTransaction(
  transaction: ProvenTransaction,
  calls: readonly FoundCall[] | undefined,
): HistoryTransaction | undefined {
  const { hash, blockNumber, timestamp, from, to, gasUsed, logs } = transaction;
  const entries = logs.map(decodeLog);
  if (!entries.every((entry) => entry !== undefined)) return undefined;
  return {
    hash,
    blockNumber: BigInt(blockNumber),
    timestamp,
    sender: checksummed(from),
    to: to === undefined ? undefined : checksummed(to),
    gasUsed,
    calls: calls?.flatMap(({ from: sender, input }): ContractCall[] => {
      const call = decodeCall(input);
      return call === undefined ? [] : [{ sender: checksummed(sender), call }];
    }),
    entries,
  };
}

/** Undefined: a view, which a contract may well call in passing, or nothing that the contract knows. */
function decodeCall(input: Hex): Call | undefined {
  try {
    const abi: Abi = luxxonSettlementAbi;
    const { functionName, args = [] } = decodeFunctionData({ abi, data: input });
    return VIEWS.has(functionName) ? undefined : ({ functionName, args } as unknown as Call);
  } catch {
    return undefined;
  }
}

const VIEWS: ReadonlySet<string> = new Set(
  luxxonSettlementAbi.flatMap((item) =>
    item.type === "function" && (item.stateMutability === "view" || item.stateMutability === "pure") ? [item.name] : [],
  ),
);

/** @returns undefined if it is none that the contract or, where `isUsdc` says so, USDC can emit. */
export function decodeLog(log: Pick<ProvenLog, "isUsdc" | "topics" | "data" | "logIndex">): Entry | undefined {
  const shape = log.isUsdc ? TRANSFER : SHAPES.get(log.topics[0] ?? "0x");
  const args = shape === undefined ? undefined : decodeWords(shape, log);
  if (shape === undefined || args === undefined) return undefined;
  if (!log.isUsdc) return { eventName: shape.name, args, logIndex: log.logIndex } as unknown as Entry;
  return { eventName: "Transfer", ...(args as unknown as Omit<UsdcTransfer, "eventName">), logIndex: log.logIndex };
}

/** Every argument of these events is one word, in a topic or in the data. Undefined: the words are not what they should be. */
function decodeWords(
  { inputs }: Shape,
  { topics, data }: Pick<ProvenLog, "topics" | "data">,
): Record<string, unknown> | undefined {
  const indexed = inputs.filter(({ indexed: isIndexed }) => isIndexed).length;
  if (topics.length !== 1 + indexed || data.length !== 2 + 64 * (inputs.length - indexed)) return undefined;
  const args: Record<string, unknown> = {};
  let topic = 1;
  let at = 2;
  for (const { name, type, indexed: isIndexed } of inputs) {
    const word = isIndexed ? (topics[topic++]?.slice(2) ?? "") : data.slice(at, at + 64);
    if (!isIndexed) at += 64;
    args[name] = decodeWord(type, word);
  }
  return args;
}

function decodeWord(type: string, word: string): Address | Hex | bigint | number {
  if (type === "address") return checksummed(`0x${word.slice(24)}`);
  if (type === "bytes32") return `0x${word.toLowerCase()}`;
  const value = BigInt(`0x${word}`);
  return type === "uint8" ? Number(value) : value;
}
