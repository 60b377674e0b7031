/** Reads everything that a chain says of the contract, range by range, and keeps what it has read. */

import { type Block, readBlock } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { readInWindows } from "@luxxon/chain/rpc/logs";
import { contradiction } from "@luxxon/chain/rpc/problems";
import { decodeSegment } from "@luxxon/chain/settlement/decode";
import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import { type KeptLog, readLogs, type Sources } from "@luxxon/chain/settlement/logs";
import { Cache, type Range, type Segment } from "@luxxon/chain/settlement/rangeFile";
import { type KeptTransaction, readTransaction } from "@luxxon/chain/settlement/transactions";
import { UsageError } from "@luxxon/chain/usageError";
import type { Hash } from "viem";
import type { Progress } from "../../progress.ts";
import type { History } from "../history.ts";
import type { Target } from "../types.ts";
import { identify, type Wanted } from "./identify.ts";

export interface CollectOptions {
  readonly endpoint: Endpoint;
  readonly wanted: Wanted;
  /** Where to keep what was read; undefined: nowhere. */
  readonly cacheFolder: string | undefined;
  readonly progress: Progress;
}

/** @throws {UsageError} if there is nothing to audit; while the history is read, if the endpoint cannot be used for it. */
export async function collect(options: CollectOptions): Promise<History> {
  const { endpoint, wanted } = options;
  const { target, notes } = await identify(endpoint, wanted);
  const transactions = ahead(decoded(options, target, notes));
  return { target, recordedArgs: wanted.record?.constructorArgs, transactions, notes };
}

async function* decoded(
  { endpoint, cacheFolder, progress }: CollectOptions,
  target: Target,
  notes: string[],
): AsyncGenerator<HistoryTransaction[]> {
  const { chainId, address, usdc } = target;
  const key = { chainId, address, usdc, fromBlock: Number(target.fromBlock) };
  const cache = cacheFolder === undefined ? undefined : new Cache(cacheFolder, key);
  let next = target.fromBlock;
  let timestamp = 0;
  for await (const segment of readAll(endpoint, target, cache, notes)) {
    const transactions = decodeSegment(endpoint.where, target, segment);
    timestamp = checkOrder(endpoint, transactions, timestamp);
    next = BigInt(segment.to) + 1n;
    progress.show(share(target, next), `block ${next} of ${target.toBlock}`);
    yield transactions;
  }
}

/** What an earlier audit has kept, as far as it is still part of the chain, and then what is new. */
async function* readAll(
  endpoint: Endpoint,
  target: Target,
  cache: Cache | undefined,
  notes: string[],
): AsyncGenerator<Segment> {
  const kept = (await cache?.outline()) ?? [];
  const within = kept.filter(({ to }) => BigInt(to) <= target.toBlock);
  let good = within.length;
  while (good > 0 && !(await isStillThere(endpoint, within[good - 1] as Range))) good--;
  if (good < within.length) {
    const from = within[good]?.from;
    notes.push(`The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`);
  }
  // An audit that ends earlier than the last leaves what the last has kept.
  const isWhole = good < within.length || within.length === kept.length;
  if (isWhole) await cache?.keep(good);
  if (cache !== undefined && good > 0) yield* cache.segments(good);

  const last = within[good - 1];
  for await (const segment of readSegments(
    endpoint,
    target,
    last === undefined ? target.fromBlock : BigInt(last.to) + 1n,
  )) {
    if (isWhole) await cache?.append(segment);
    yield segment;
  }
}

/** Reads the next part while the last one is being worked on. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next();
  for (;;) {
    const { done, value } = await next;
    if (done === true) return;
    next = source.next();
    // Whoever stops early does not wait for it, and then its failure is nobody's.
    next.catch(() => undefined);
    yield value;
  }
}

async function isStillThere(endpoint: Endpoint, { to, toHash }: Range): Promise<boolean> {
  return (await readBlock(endpoint, BigInt(to))).hash === toHash;
}

/** Twenty seconds of Base: if every block were full of batches, an answer would still be small. */
const FIRST_WINDOW = 100n;

async function* readSegments(endpoint: Endpoint, target: Target, first: bigint): AsyncGenerator<Segment> {
  const read = (from: bigint, to: bigint) => readLogs(endpoint, target, from, to);
  for await (const { from, to, logs } of readInWindows(read, first, target.toBlock, FIRST_WINDOW)) {
    yield await readSegment(endpoint, target, from, to, logs);
  }
}

/** The blocks and transactions behind the logs of a range. */
async function readSegment(
  endpoint: Endpoint,
  sources: Sources,
  from: bigint,
  to: bigint,
  logs: KeptLog[],
): Promise<Segment> {
  const numbers = [...new Set(logs.map(({ blockNumber }) => blockNumber)).add(Number(to))];
  const blocks = new Map<number, Block>();
  await endpoint.askAll(numbers, async (number) => {
    blocks.set(number, await readBlock(endpoint, BigInt(number)));
  });
  const byTransaction = new Map<Hash, KeptLog[]>();
  for (const log of logs) {
    if (blocks.get(log.blockNumber)?.hash !== log.blockHash) {
      throw contradiction(
        endpoint.where,
        `a log is of block ${log.blockHash}, which is not the block ${log.blockNumber}`,
      );
    }
    const others = byTransaction.get(log.transactionHash);
    if (others === undefined) byTransaction.set(log.transactionHash, [log]);
    else others.push(log);
  }
  const transactions = await endpoint.askAll([...byTransaction], ([hash, its]): Promise<KeptTransaction> => {
    const block = blocks.get((its[0] as KeptLog).blockNumber) as Block;
    return readTransaction(endpoint, sources, block, hash, its);
  });
  const toHash = (blocks.get(Number(to)) as Block).hash;
  return { from: Number(from), to: Number(to), toHash, logs, transactions };
}

/** Time does not run backwards. @returns The last transaction's. */
function checkOrder(endpoint: Endpoint, transactions: readonly HistoryTransaction[], before: number): number {
  let last = before;
  for (const { timestamp, blockNumber } of transactions) {
    if (timestamp < last) throw contradiction(endpoint.where, `block ${blockNumber} is older than one before it`);
    last = timestamp;
  }
  return last;
}

/** Fails if the chain has replaced the last block while it was read. */
export async function checkStillThere(endpoint: Endpoint, { toBlock, toBlockHash }: Target): Promise<void> {
  if ((await readBlock(endpoint, toBlock)).hash === toBlockHash) return;
  throw new UsageError(`The chain has replaced block ${toBlock} while it was read: run the audit again.`);
}

function share({ fromBlock, toBlock }: Target, next: bigint): number {
  return Number(next - fromBlock) / Number(toBlock - fromBlock + 1n);
}
