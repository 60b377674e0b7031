/** Collects a contract's history from a chain: what an earlier audit has kept, and what is new. */

import { type Block, readBlock } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { type Endpoints, followHistory } from "@luxxon/chain/settlement/followHistory";
import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import { RangeFile } from "@luxxon/chain/settlement/rangeFile";
import { keptTransactionSchema } from "@luxxon/chain/settlement/transactions";
import { UsageError } from "@luxxon/chain/usageError";
import type { Progress } from "../../progress.ts";
import type { Evidence, History } from "../history.ts";
import type { Target } from "../types.ts";
import { identify, type Wanted } from "./identify.ts";

export interface CollectOptions {
  readonly endpoints: Endpoints;
  readonly wanted: Wanted;
  /** Reads all headers too. */
  readonly isEveryBlockRead: boolean;
  /** Where to keep what was read; undefined: nowhere. */
  readonly cacheFolder: string | undefined;
  readonly progress: Progress;
}

export interface Collected extends History {
  /** The last block. */
  readonly end: Block;
  readonly isCirclesUsdc: boolean;
}

/** @throws {UsageError} if there is nothing to audit; while the history is read, if an endpoint cannot be used for it. */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { endpoints, wanted, isEveryBlockRead } = options;
  const { target, notes, ...identified } = await identify(endpoints, wanted);
  const evidence: Evidence = { endpoints: endpoints.map(({ where }) => where), isEveryBlockRead, traced: new Map() };
  const transactions = ahead(transactionsOf(options, target, notes, evidence));
  return { ...identified, target, recordedArgs: wanted.record?.constructorArgs, transactions, notes, evidence };
}

async function* transactionsOf(
  { endpoints, cacheFolder, progress, isEveryBlockRead }: CollectOptions,
  target: Target,
  notes: string[],
  { traced }: Evidence,
): AsyncGenerator<readonly HistoryTransaction[]> {
  const { fromBlock, toBlock } = target;
  // What one endpoint has said is not believed when another is asked, nor when more is to be checked.
  const readBy = [...endpoints.map(({ identity }) => identity).sort(), ...(isEveryBlockRead ? ["every block"] : [])];
  const contract = { ...target, readBy: readBy.join(" ") };
  const parts = followHistory({
    endpoints,
    contract: target,
    isEveryBlockRead,
    from: fromBlock,
    to: toBlock,
    store: cacheFolder === undefined ? undefined : new RangeFile(cacheFolder, contract, keptTransactionSchema),
    onReplaced(from) {
      notes.push(
        `The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`,
      );
    },
    onTrace: (by) => traced.set(by, (traced.get(by) ?? 0) + 1),
  });
  for await (const { to, transactions } of parts) {
    const share = Number(to + 1n - fromBlock) / Number(toBlock - fromBlock + 1n);
    progress.show(share, `block ${to + 1n} of ${toBlock}`);
    yield transactions;
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

/** Fails if the chain has replaced the last block while it was read. */
export async function checkStillThere(endpoint: Endpoint, { toBlock, toBlockHash }: Target): Promise<void> {
  if ((await readBlock(endpoint, toBlock)).hash === toBlockHash) return;
  throw new UsageError(`The chain has replaced block ${toBlock} while it was read: run the audit again.`);
}
