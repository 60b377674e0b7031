/** Encodes the contract's events and its batches; every value of theirs is a word, so this is quick. */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { BatchEntry, ContractEvent, Transfer } from "@luxxon/contracts-abi/model";
import { type AbiEvent, type Address, type Hex, parseAbiItem, toEventSelector, toFunctionSelector } from "viem";

/** A log as a receipt has it. */
export interface Log {
  readonly address: Address;
  readonly topics: Hex[];
  readonly data: Hex;
}

const EVENTS = new Map(
  luxxonSettlementAbi.flatMap((item) => (item.type === "event" ? [[item.name as string, shapeOf(item)] as const] : [])),
);
const TRANSFER = shapeOf(
  parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 amount)") as AbiEvent,
);

function shapeOf(event: AbiEvent) {
  return { selector: toEventSelector(event), inputs: event.inputs as readonly { name: string; indexed: boolean }[] };
}

export function eventLog(address: Address, { eventName, args }: ContractEvent): Log {
  return logOf(address, EVENTS.get(eventName) as typeof TRANSFER, args as never);
}

export function transferLog({ token, from, to, amount }: Transfer): Log {
  return logOf(token, TRANSFER, { from, to, amount });
}

function logOf(address: Address, { selector, inputs }: typeof TRANSFER, args: Record<string, bigint | Hex | number>) {
  const topics = [selector];
  let data = "0x";
  for (const { name, indexed } of inputs) {
    const its = word(args[name] as bigint | Hex | number);
    if (indexed) topics.push(`0x${its}`);
    else data += its;
  }
  return { address, topics, data: data as Hex };
}

const SETTLE_BATCH = luxxonSettlementAbi.find((item) => item.type === "function" && item.name === "settleBatch");
const ENTRY = (SETTLE_BATCH as { inputs: readonly [{ components: readonly { name: keyof BatchEntry }[] }] }).inputs[0];

export function batchInput(entries: readonly BatchEntry[]): Hex {
  const fields = ENTRY.components.map(({ name }) => name);
  const body = entries.map((entry) => fields.map((name) => word(entry[name])).join("")).join("");
  return `${toFunctionSelector(SETTLE_BATCH as never)}${word(32)}${word(entries.length)}${body}`;
}

/** 32 bytes, without 0x. */
function word(value: bigint | Hex | number): string {
  const digits = typeof value === "string" ? value.slice(2).toLowerCase() : value.toString(16);
  return digits.padStart(64, "0");
}
