/** Reads the history of a contract: every transaction in which it said something or USDC of its own moved, proved and decoded. */
import type { Hash } from "viem";
import { type Block, readBlock } from "../rpc/blocks.ts";
import { readContents } from "../rpc/contents.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { readInWindows } from "../rpc/logs.ts";
import { contradiction, disagreement } from "../rpc/problems.ts";
import { decodeTransaction } from "./decode.ts";
import { readHeaders } from "./everyBlock.ts";
import type { Segment } from "./follow.ts";
import type { HistoryTransaction } from "./history.ts";
import { type FoundLog, readLogs, type Sources } from "./logs.ts";
import { logsOf, type ProvenTransaction, provenFrom, trace } from "./transactions.ts";

/** Blocks are read from the first; all are asked for the same logs and traces. */
export type Endpoints = readonly [Endpoint, ...Endpoint[]];

export interface ReadHistoryOptions {
  readonly endpoints: Endpoints;
  readonly contract: Sources;
  /** Reads all headers too, so that not even one endpoint can leave a block out. */
  readonly isEveryBlockRead: boolean;
  readonly from: bigint;
  readonly to: bigint;
  /** Of what was read before, if anything was; the first block follows on it. */
  readonly before: Pick<HistoryPart, "toHash" | "toTimestamp"> | undefined;
}

/** A part of a history. */
export interface HistoryPart {
  /** The last block that was read. */
  readonly to: bigint;
  readonly toHash: Hash;
  /** Of the last transaction so far, in seconds since 1970; 0: there was none. */
  readonly toTimestamp: number;
  readonly transactions: readonly HistoryTransaction[];
  /** By how many endpoints each transaction was traced that had to be. */
  readonly traced: readonly number[];
}

/** @throws {UsageError} if an endpoint cannot be used for it, or contradicts itself or another. */
export async function* readHistory(options: ReadHistoryOptions): AsyncGenerator<HistoryPart> {
  const { endpoints, contract, before } = options;
  const [endpoint] = endpoints;
  let last = before?.toTimestamp ?? 0;
  for await (const { to, toHash, items } of readSegments(options)) {
    const traced: number[] = [];
    const transactions = await endpoint.askAll(items, async (proven) => {
      const shown = proven.calls === undefined ? await trace(endpoints, contract.address, proven) : undefined;
      if (proven.calls === undefined) traced.push(shown?.by ?? 0);
      const transaction = decodeTransaction(proven, proven.calls ?? shown?.calls);
      if (transaction !== undefined) return transaction;
      const what = `block ${proven.blockNumber} has a log of ${contract.address} that the contract cannot emit`;
      throw contradiction(endpoint.where, what);
    });
    for (const { blockNumber, timestamp } of transactions) {
      if (timestamp < last) throw contradiction(endpoint.where, `block ${blockNumber} is older than one before it`);
      last = timestamp;
    }
    yield { to, toHash, toTimestamp: last, transactions, traced };
  }
}

/** Twenty seconds of Base: if every block were full of batches, an answer would still be small. */
const FIRST_WINDOW = 100n;

/** A log, and the endpoint that shows it. */
interface Shown {
  readonly by: Endpoint;
  readonly log: FoundLog;
}

async function* readSegments({
  endpoints,
  contract,
  isEveryBlockRead,
  from: first,
  to: last,
  before,
}: ReadHistoryOptions) {
  const [endpoint] = endpoints;
  const read = async (from: bigint, to: bigint): Promise<Shown[]> => {
    const answers = await Promise.all(
      endpoints.map(async (by) => (await readLogs(by, contract, from, to)).map((log) => ({ by, log }))),
    );
    return answers.flat();
  };
  let parent = before?.toHash;
  for await (const { from, to, logs } of readInWindows(read, first, last, FIRST_WINDOW)) {
    const headers = isEveryBlockRead ? await readHeaders(endpoint, contract, from, to, parent) : undefined;
    let next = from;
    for (const some of fewAtATime(byBlock(logs, headers?.suspects ?? []))) {
      const found = await readBlocks(endpoints, contract, some);
      const [last] = found.slice(-1);
      if (last === undefined) continue;
      const { number, hash } = last.block;
      const items = found.flatMap(({ transactions }) => transactions);
      yield { from: next, to: number, toHash: hash, items } satisfies Segment<ProvenTransaction>;
      next = number + 1n;
    }
    const toHash = headers?.hash ?? (await readBlock(endpoint, to)).hash;
    parent = toHash;
    if (next <= to) yield { from: next, to, toHash, items: [] } satisfies Segment<ProvenTransaction>;
  }
}

/** What was shown of each block that has to be read, in the order of the chain. */
function byBlock(shown: readonly Shown[], suspects: readonly number[]): [number: number, shown: Shown[]][] {
  const blocks = new Map<number, Shown[]>(suspects.map((number) => [number, []]));
  for (const one of shown) {
    const { blockNumber } = one.log;
    const others = blocks.get(blockNumber);
    if (others === undefined) blocks.set(blockNumber, [one]);
    else others.push(one);
  }
  return [...blocks].sort(([a], [b]) => a - b);
}

/** Whole blocks are much larger than the logs that are looked for. */
const MOST_LOGS = 5_000;
const MOST_BLOCKS = 64;

/** Puts blocks together, as many as the memory should hold at a time. */
function* fewAtATime(blocks: readonly [number: number, shown: Shown[]][]): Generator<typeof blocks> {
  let [start, logs] = [0, 0];
  for (const [i, [, shown]] of blocks.entries()) {
    logs += shown.length;
    if (logs < MOST_LOGS && i + 1 - start < MOST_BLOCKS) continue;
    yield blocks.slice(start, i + 1);
    [start, logs] = [i + 1, 0];
  }
  if (start < blocks.length) yield blocks.slice(start);
}

/** What blocks hold, and no endpoint may have left out or made up. */
async function readBlocks(
  endpoints: Endpoints,
  contract: Sources,
  blocks: readonly [number: number, shown: Shown[]][],
): Promise<{ block: Block; transactions: ProvenTransaction[] }[]> {
  const [endpoint] = endpoints;
  return endpoint.askAll(blocks, async ([number, shown]) => {
    const { block, transactions } = await readContents(endpoint, BigInt(number));
    const found = transactions.map((transaction) => ({ transaction, logs: logsOf(transaction, contract) }));
    const concerned = found.filter(({ logs }) => logs.length > 0);
    const proven = concerned.flatMap(({ transaction: { hash }, logs }) =>
      logs.map((log): FoundLog => ({ ...log, blockNumber: number, blockHash: block.hash, transactionHash: hash })),
    );
    for (const by of endpoints) {
      const its = shown.flatMap((one) => (one.by === by ? [one.log] : []));
      checkLogs(by, endpoint, block.hash, its, proven);
    }
    const kept = concerned.map(({ transaction, logs }) => provenFrom(block, transaction, logs, contract));
    return { block, transactions: await Promise.all(kept) };
  });
}

/** Holds what an endpoint shows as the logs of a block against the block's receipts, as another has shown them. */
function checkLogs(
  by: Endpoint,
  other: Endpoint,
  hash: Hash,
  its: readonly FoundLog[],
  proven: readonly FoundLog[],
): void {
  const strange = its.find(({ blockHash }) => !sameHex(blockHash, hash));
  if (strange !== undefined) {
    const { blockNumber, blockHash } = strange;
    if (by !== other) throw disagreement(by, other, `block ${blockNumber}: it is ${blockHash}, or ${hash}`);
    throw contradiction(by.where, `a log is of block ${blockHash}, which is not the block ${blockNumber}`);
  }
  const keyOf = ({ transactionHash, logIndex, isUsdc, topics, data }: FoundLog) =>
    JSON.stringify([transactionHash, logIndex, isUsdc, topics, data]).toLowerCase();
  const left = new Map(its.map((log) => [keyOf(log), log]));
  for (const log of proven) {
    if (left.delete(keyOf(log))) continue;
    const what = `it leaves out log ${log.logIndex} of block ${log.blockNumber}, which the block's receipts have`;
    throw contradiction(by.where, what);
  }
  for (const { logIndex, blockNumber } of left.values()) {
    throw contradiction(
      by.where,
      `it shows a log ${logIndex} of block ${blockNumber} that the block's receipts do not have`,
    );
  }
}
