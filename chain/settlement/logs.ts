/** Reads what a contract and USDC said of it in a range of blocks, each log checked against what was asked for. */

import { type Address, type Hash, type Hex, hexToNumber, numberToHex, pad, toEventSelector } from "viem";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { contradiction } from "../rpc/problems.ts";

/** The contract whose logs are read, and its token. */
export interface Sources {
  readonly address: Address;
  readonly usdc: Address;
}

/** A log that was asked for. */
export interface FoundLog {
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  /** In its block. */
  readonly logIndex: number;
  /** Whether USDC said it; the contract otherwise. */
  readonly isUsdc: boolean;
  readonly topics: Hex[];
  readonly data: Hex;
}

/** As JSON-RPC shows it. */
export interface RawLog {
  address: Address;
  blockHash: Hash;
  blockNumber: Hex;
  transactionHash: Hash;
  logIndex: Hex;
  topics: Hex[];
  data: Hex;
  removed?: boolean;
}

export const TRANSFER_TOPIC = toEventSelector("Transfer(address,address,uint256)");

/** Reads the contract's events, and USDC's transfers from it and to it, in the order of the chain. */
export async function readLogs(endpoint: Endpoint, sources: Sources, from: bigint, to: bigint): Promise<FoundLog[]> {
  const self = pad(sources.address).toLowerCase();
  const range = { fromBlock: numberToHex(from), toBlock: numberToHex(to) };
  const answers = await endpoint.askAll(
    [
      { ...range, address: sources.address },
      { ...range, address: sources.usdc, topics: [TRANSFER_TOPIC, self] },
      { ...range, address: sources.usdc, topics: [TRANSFER_TOPIC, null, self] },
    ],
    async (filter) => (await endpoint.ask("eth_getLogs", [filter])) as RawLog[],
  );
  const logs = new Map<string, FoundLog>();
  for (const raw of answers.flat()) {
    const log = found(endpoint, sources, raw);
    if (BigInt(log.blockNumber) < from || BigInt(log.blockNumber) > to) {
      throw contradiction(
        endpoint.where,
        `asked for blocks ${from} to ${to}, it shows a log of block ${log.blockNumber}`,
      );
    }
    // A transfer from the contract to itself is in two answers.
    const place = `${log.blockNumber}/${log.logIndex}`;
    const other = logs.get(place);
    if (other !== undefined && JSON.stringify(log) !== JSON.stringify(other)) {
      throw contradiction(endpoint.where, `block ${log.blockNumber} has two different logs at place ${log.logIndex}`);
    }
    logs.set(place, log);
  }
  return [...logs.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

/** @throws {UsageError} if the log is none that was asked for. */
function found(endpoint: Endpoint, sources: Sources, raw: RawLog): FoundLog {
  if (!concerns(sources, raw)) {
    const name = sameHex(raw.address, sources.usdc)
      ? "a transfer that does not concern the contract"
      : `a log of ${raw.address}`;
    throw contradiction(endpoint.where, `among the contract's logs it shows ${name}`);
  }
  if (raw.removed === true) {
    throw contradiction(
      endpoint.where,
      `block ${hexToNumber(raw.blockNumber)} shows a log that a reorganisation removed`,
    );
  }
  return {
    blockNumber: hexToNumber(raw.blockNumber),
    blockHash: raw.blockHash,
    transactionHash: raw.transactionHash,
    logIndex: hexToNumber(raw.logIndex),
    isUsdc: sameHex(raw.address, sources.usdc),
    topics: raw.topics,
    data: raw.data,
  };
}

/** Tells whether a log is of the contract, or of a transfer of USDC from it or to it. */
export function concerns(
  { address, usdc }: Sources,
  { address: emitter, topics }: { readonly address: Address; readonly topics: readonly Hex[] },
): boolean {
  if (sameHex(emitter, address)) return true;
  if (!sameHex(emitter, usdc) || topics[0] !== TRANSFER_TOPIC) return false;
  const self = pad(address);
  return sameHex(topics[1], self) || sameHex(topics[2], self);
}
