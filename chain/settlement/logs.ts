/** The logs that an audit needs of a range of blocks, checked one by one against what was asked for. */

import { type Address, type Hash, type Hex, pad, toEventSelector } from "viem";
import type { Endpoint } from "../rpc/endpoint.ts";
import { quantity, sameHex, toNumber } from "../rpc/hex.ts";
import { contradiction } from "../rpc/problems.ts";

/** Whose logs. */
export interface Sources {
  readonly address: Address;
  readonly usdc: Address;
}

/** A log as it is kept: short, and JSON. */
export interface KeptLog {
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly transactionHash: Hash;
  /** In its block. */
  readonly logIndex: number;
  /** Whether USDC said it; the contract otherwise. */
  readonly isUsdc: boolean;
  readonly topics: readonly Hex[];
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
export async function readLogs(endpoint: Endpoint, sources: Sources, from: bigint, to: bigint): Promise<KeptLog[]> {
  const self = pad(sources.address).toLowerCase();
  const range = { fromBlock: quantity(from), toBlock: quantity(to) };
  const answers = await endpoint.askAll(
    [
      { ...range, address: sources.address },
      { ...range, address: sources.usdc, topics: [TRANSFER_TOPIC, self] },
      { ...range, address: sources.usdc, topics: [TRANSFER_TOPIC, null, self] },
    ],
    async (filter) => (await endpoint.ask("eth_getLogs", [filter])) as RawLog[],
  );
  const logs = new Map<string, KeptLog>();
  for (const raw of answers.flat()) {
    const log = kept(endpoint, sources, raw);
    if (BigInt(log.blockNumber) < from || BigInt(log.blockNumber) > to) {
      throw contradiction(
        endpoint.where,
        `asked for blocks ${from} to ${to}, it shows a log of block ${log.blockNumber}`,
      );
    }
    // A transfer from the contract to itself is in two answers.
    const place = `${log.blockNumber}/${log.logIndex}`;
    const other = logs.get(place);
    if (other !== undefined && !isSame(log, other)) {
      throw contradiction(endpoint.where, `block ${log.blockNumber} has two different logs at place ${log.logIndex}`);
    }
    logs.set(place, log);
  }
  return [...logs.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
}

/** A log as it is kept. @throws {UsageError} if it is none that was asked for. */
function kept(endpoint: Endpoint, sources: Sources, raw: RawLog): KeptLog {
  if (!concerns(sources, raw)) {
    const name = sameHex(raw.address, sources.usdc)
      ? "a transfer that does not concern the contract"
      : `a log of ${raw.address}`;
    throw contradiction(endpoint.where, `among the contract's logs it shows ${name}`);
  }
  if (raw.removed === true) {
    throw contradiction(endpoint.where, `block ${toNumber(raw.blockNumber)} shows a log that a reorganisation removed`);
  }
  return {
    blockNumber: toNumber(raw.blockNumber),
    blockHash: raw.blockHash,
    transactionHash: raw.transactionHash,
    logIndex: toNumber(raw.logIndex),
    isUsdc: sameHex(raw.address, sources.usdc),
    topics: raw.topics,
    data: raw.data,
  };
}

/** Whether a log is one that an audit of this contract looks at. */
export function concerns(
  { address, usdc }: Sources,
  { address: emitter, topics }: Pick<RawLog, "address" | "topics">,
): boolean {
  if (sameHex(emitter, address)) return true;
  if (!sameHex(emitter, usdc) || topics[0] !== TRANSFER_TOPIC) return false;
  const self = pad(address);
  return sameHex(topics[1], self) || sameHex(topics[2], self);
}

function isSame(one: KeptLog, other: KeptLog): boolean {
  return (
    one.transactionHash === other.transactionHash &&
    one.isUsdc === other.isUsdc &&
    one.data === other.data &&
    one.topics.join() === other.topics.join()
  );
}
