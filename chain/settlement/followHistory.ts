/** Follows the history of a contract: every transaction in which it said something or USDC of its own moved, proved and decoded. */
import type { Hash } from "viem";
import { readBlock } from "../rpc/blocks.ts";
import { readContents } from "../rpc/contents.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { readInWindows } from "../rpc/logs.ts";
import { contradiction, disagreement } from "../rpc/problems.ts";
import { decodeTransaction } from "./decode.ts";
import { readHeaders } from "./everyBlock.ts";
import { type FollowOptions, follow, type Segment } from "./follow.ts";
import type { HistoryTransaction } from "./history.ts";
import { type FoundLog, readLogs, type Sources } from "./logs.ts";
import { type KeptTransaction, keep, logsOf, trace } from "./transactions.ts";

/** Blocks are read from the first; all are asked for the same logs and traces. */
export type Endpoints = readonly [Endpoint, ...Endpoint[]];

export interface FollowHistoryOptions extends Omit<FollowOptions<KeptTransaction>, "hashOf" | "read"> {
  readonly endpoints: Endpoints;
  readonly contract: Sources;
  /** Reads all headers too, so that not even one endpoint can leave a block out. */
  readonly isEveryBlockRead: boolean;
  /** Is told of each transaction that had to be traced: by how many endpoints it was. */
  readonly onTrace?: ((by: number) => void) | undefined;
}

/** A part of a history. */
export interface HistoryPart {
  /** The last block that was read. */
  readonly to: bigint;
  readonly transactions: readonly HistoryTransaction[];
}

/** @throws {UsageError} if an endpoint cannot be used for it, or contradicts itself or another. */
export async function* followHistory(options: FollowHistoryOptions): AsyncGenerator<HistoryPart> {
  const { endpoints, contract, onTrace } = options;
  const [endpoint] = endpoints;
  const segments = follow({
    ...options,
    hashOf: async (block) => (await readBlock(endpoint, block)).hash,
    read: (from, to) => readSegments(options, from, to),
  });
  let last = 0;
  for await (const { to, items } of segments) {
    const transactions = await endpoint.askAll(items, async (kept) => {
      // A trace is not kept: nothing proves it, so it is asked for again.
      const traced = kept.calls === null ? await trace(endpoints, contract.address, kept) : undefined;
      if (kept.calls === null) onTrace?.(traced?.by ?? 0);
      const transaction = decodeTransaction(kept, kept.calls ?? traced?.calls);
      if (transaction !== undefined) return transaction;
      const what = `block ${kept.blockNumber} has a log of ${contract.address} that the contract cannot emit`;
      throw contradiction(endpoint.where, what);
    });
    for (const { blockNumber, timestamp } of transactions) {
      if (timestamp < last) throw contradiction(endpoint.where, `block ${blockNumber} is older than one before it`);
      last = timestamp;
    }
    yield { to, transactions };
  }
}

/** Twenty seconds of Base: if every block were full of batches, an answer would still be small. */
const FIRST_WINDOW = 100n;

/** A log, and the endpoint that shows it. */
interface Shown {
  readonly by: Endpoint;
  readonly log: FoundLog;
}

async function* readSegments(options: FollowHistoryOptions, first: bigint, last: bigint) {
  const { endpoints, contract, from: beginning, isEveryBlockRead } = options;
  const [endpoint] = endpoints;
  const read = async (from: bigint, to: bigint): Promise<Shown[]> => {
    const answers = await Promise.all(
      endpoints.map(async (by) => (await readLogs(by, contract, from, to)).map((log) => ({ by, log }))),
    );
    return answers.flat();
  };
  // What was kept ends with a block whose hash has just been asked for.
  let parent = isEveryBlockRead && first > beginning ? (await readBlock(endpoint, first - 1n)).hash : undefined;
  for await (const { from, to, logs } of readInWindows(read, first, last, FIRST_WINDOW)) {
    const headers = isEveryBlockRead ? await readHeaders(endpoint, contract, from, to, parent) : undefined;
    parent = headers?.hash;
    const items = await readBlocks(endpoints, contract, logs, headers?.suspects ?? []);
    const toHash = headers?.hash ?? (await readBlock(endpoint, to)).hash;
    yield { from, to, toHash, items } satisfies Segment<KeptTransaction>;
  }
}

/** What the blocks behind logs hold, and no endpoint may have left out or made up. */
async function readBlocks(
  endpoints: Endpoints,
  contract: Sources,
  shown: readonly Shown[],
  suspects: readonly number[],
): Promise<KeptTransaction[]> {
  const [endpoint] = endpoints;
  const byBlock = new Map<number, Shown[]>(suspects.map((number) => [number, []]));
  for (const one of shown) {
    const { blockNumber } = one.log;
    const others = byBlock.get(blockNumber);
    if (others === undefined) byBlock.set(blockNumber, [one]);
    else others.push(one);
  }
  const numbers = [...byBlock.keys()].sort((a, b) => a - b);
  const items = await endpoint.askAll(numbers, async (number) => {
    const { block, transactions } = await readContents(endpoint, BigInt(number));
    const found = transactions.map((transaction) => ({ transaction, logs: logsOf(transaction, contract) }));
    const concerned = found.filter(({ logs }) => logs.length > 0);
    const proven = concerned.flatMap(({ transaction: { hash }, logs }) =>
      logs.map((log): FoundLog => ({ ...log, blockNumber: number, blockHash: block.hash, transactionHash: hash })),
    );
    for (const by of endpoints) {
      const its = byBlock.get(number)?.flatMap((one) => (one.by === by ? [one.log] : [])) ?? [];
      checkLogs(by, endpoint, block.hash, its, proven);
    }
    return Promise.all(concerned.map(({ transaction, logs }) => keep(block, transaction, logs, contract)));
  });
  return items.flat();
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
