/** Reads everything that a chain says of the contract, range by range, and keeps what it has read. */
import type { Hash } from "viem";
import { UsageError } from "../../cli.ts";
import type { History, HistoryTransaction } from "../history.ts";
import type { Progress } from "../progress.ts";
import type { Target } from "../types.ts";
import { type Block, readBlock } from "./blocks.ts";
import { Cache, type Segment } from "./cache.ts";
import { decodeSegment } from "./decode.ts";
import type { Endpoint } from "./endpoint.ts";
import { identify, type Wanted } from "./identify.ts";
import { type KeptLog, readLogs, type Sources } from "./logs.ts";
import { contradiction, RequestProblem } from "./problems.ts";
import { type KeptTransaction, readTransaction } from "./transactions.ts";
import { Window } from "./window.ts";

export interface CollectOptions {
  readonly endpoint: Endpoint;
  readonly wanted: Wanted;
  /** Where to keep what was read; undefined: nowhere. */
  readonly cacheFolder: string | undefined;
  readonly progress: Progress;
}

/** @throws {UsageError} if the endpoint, or what it shows, cannot be used. */
export async function collect({ endpoint, wanted, cacheFolder, progress }: CollectOptions): Promise<History> {
  const { target, notes } = await identify(endpoint, wanted);
  const { chainId, address, usdc } = target;
  const cache =
    cacheFolder === undefined
      ? undefined
      : new Cache(cacheFolder, { chainId, address, usdc, fromBlock: Number(target.fromBlock) });

  const transactions: HistoryTransaction[] = [];
  let next = target.fromBlock;
  const take = (segment: Segment) => {
    transactions.push(...decodeSegment(endpoint.where, target, segment));
    next = BigInt(segment.to) + 1n;
    progress.show(share(target, next), `block ${next} of ${target.toBlock}`);
  };
  const isNew = await takeKept(endpoint, target, cache, notes, take);
  for await (const segment of readSegments(endpoint, target, next)) {
    if (isNew) await cache?.append(segment);
    take(segment);
  }
  checkOrder(endpoint, transactions);
  return { target, recordedArgs: wanted.record?.constructorArgs, transactions, notes };
}

/**
 * Takes the ranges that an earlier audit has kept, as far as they are still part of the chain.
 *
 * @returns Whether new ranges follow on what is kept; not if this audit ends earlier than the last.
 */
async function takeKept(
  endpoint: Endpoint,
  { toBlock }: Target,
  cache: Cache | undefined,
  notes: string[],
  take: (segment: Segment) => void,
): Promise<boolean> {
  if (cache === undefined) return false;
  const kept = await cache.read();
  const within = kept.filter(({ to }) => BigInt(to) <= toBlock);
  let good = within.length;
  while (good > 0 && !(await isStillThere(endpoint, within[good - 1] as Segment))) good--;
  if (good < within.length) {
    const from = within[good]?.from;
    notes.push(`The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`);
  }
  const isWhole = good < within.length || within.length === kept.length;
  if (isWhole) await cache.keep(good);
  for (const segment of within.slice(0, good)) take(segment);
  return isWhole;
}

async function isStillThere(endpoint: Endpoint, { to, toHash }: Segment): Promise<boolean> {
  return (await readBlock(endpoint, BigInt(to))).hash === toHash;
}

async function* readSegments(endpoint: Endpoint, target: Target, first: bigint): AsyncGenerator<Segment> {
  const window = new Window();
  let from = first;
  while (from <= target.toBlock) {
    const wanted = from + window.size - 1n;
    const to = wanted < target.toBlock ? wanted : target.toBlock;
    let logs: KeptLog[];
    try {
      logs = await readLogs(endpoint, target, from, to);
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
      if (error.kind === "range" && window.shrink(to - from + 1n)) continue;
      throw endpoint.unusable(error, `the logs of ${from === to ? `block ${from}` : `blocks ${from} to ${to}`}`);
    }
    window.grow(logs.length);
    yield await readSegment(endpoint, target, from, to, logs);
    from = to + 1n;
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

/** Time does not run backwards. */
function checkOrder(endpoint: Endpoint, transactions: readonly HistoryTransaction[]): void {
  let before = 0;
  for (const { timestamp, blockNumber } of transactions) {
    if (timestamp < before) throw contradiction(endpoint.where, `block ${blockNumber} is older than one before it`);
    before = timestamp;
  }
}

/** Fails if the chain has replaced the last block while it was read. */
export async function checkStillThere(endpoint: Endpoint, { toBlock, toBlockHash }: Target): Promise<void> {
  if ((await readBlock(endpoint, toBlock)).hash === toBlockHash) return;
  throw new UsageError(`The chain has replaced block ${toBlock} while it was read: run the audit again.`);
}

function share({ fromBlock, toBlock }: Target, next: bigint): number {
  return Number(next - fromBlock) / Number(toBlock - fromBlock + 1n);
}
