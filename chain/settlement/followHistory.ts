/** Follows the history of a contract: every transaction in which it said something or USDC of its own moved, checked and decoded. */
import type { Hash } from "viem";
import { type Block, readBlock } from "../rpc/blocks.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { readInWindows } from "../rpc/logs.ts";
import { contradiction } from "../rpc/problems.ts";
import { decodeTransaction } from "./decode.ts";
import { type FollowOptions, follow, type Segment } from "./follow.ts";
import type { HistoryTransaction } from "./history.ts";
import { type FoundLog, readLogs, type Sources } from "./logs.ts";
import { type KeptTransaction, readTransaction } from "./transactions.ts";

export interface FollowHistoryOptions extends Omit<FollowOptions<KeptTransaction>, "hashOf" | "read"> {
  readonly endpoint: Endpoint;
  readonly contract: Sources;
}

/** A part of a history. */
export interface HistoryPart {
  /** The last block that was read. */
  readonly to: bigint;
  readonly transactions: readonly HistoryTransaction[];
}

/** @throws {UsageError} if the endpoint cannot be used for it, or contradicts itself. */
export async function* followHistory(options: FollowHistoryOptions): AsyncGenerator<HistoryPart> {
  const { endpoint, contract } = options;
  const segments = follow({
    ...options,
    hashOf: async (block) => (await readBlock(endpoint, block)).hash,
    read: (from, to) => readSegments(endpoint, contract, from, to),
  });
  let last = 0;
  for await (const { to, items } of segments) {
    const transactions: HistoryTransaction[] = [];
    for (const kept of items) {
      const { blockNumber, timestamp } = kept;
      if (timestamp < last) throw contradiction(endpoint.where, `block ${blockNumber} is older than one before it`);
      last = timestamp;
      const transaction = decodeTransaction(kept);
      if (transaction === undefined) {
        const what = `block ${blockNumber} has a log of ${contract.address} that the contract cannot emit`;
        throw contradiction(endpoint.where, what);
      }
      transactions.push(transaction);
    }
    yield { to, transactions };
  }
}

/** Twenty seconds of Base: if every block were full of batches, an answer would still be small. */
const FIRST_WINDOW = 100n;

async function* readSegments(endpoint: Endpoint, contract: Sources, first: bigint, last: bigint) {
  const read = (from: bigint, to: bigint) => readLogs(endpoint, contract, from, to);
  for await (const { from, to, logs } of readInWindows(read, first, last, FIRST_WINDOW)) {
    yield await readSegment(endpoint, contract, from, to, logs);
  }
}

/** The blocks and transactions behind the logs of a range. */
async function readSegment(
  endpoint: Endpoint,
  contract: Sources,
  from: bigint,
  to: bigint,
  logs: readonly FoundLog[],
): Promise<Segment<KeptTransaction>> {
  const numbers = [...new Set(logs.map(({ blockNumber }) => blockNumber)).add(Number(to))];
  const blocks = new Map<number, Block>();
  await endpoint.askAll(numbers, async (number) => {
    blocks.set(number, await readBlock(endpoint, BigInt(number)));
  });
  const byTransaction = new Map<Hash, FoundLog[]>();
  for (const log of logs) {
    const { blockNumber, blockHash, transactionHash } = log;
    if (blocks.get(blockNumber)?.hash !== blockHash) {
      throw contradiction(endpoint.where, `a log is of block ${blockHash}, which is not the block ${blockNumber}`);
    }
    const others = byTransaction.get(transactionHash);
    if (others === undefined) byTransaction.set(transactionHash, [log]);
    else others.push(log);
  }
  const items = await endpoint.askAll([...byTransaction], ([hash, its]) => {
    const block = blocks.get((its[0] as FoundLog).blockNumber) as Block;
    return readTransaction(endpoint, contract, block, hash, its);
  });
  const { hash: toHash } = blocks.get(Number(to)) as Block;
  return { from, to, toHash, items };
}
