/** Collects a contract's history from a chain: what an earlier audit has kept, and what is new. */

import { readBlock } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { followHistory } from "@luxxon/chain/settlement/followHistory";
import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import { RangeFile } from "@luxxon/chain/settlement/rangeFile";
import { keptTransactionSchema } from "@luxxon/chain/settlement/transactions";
import { UsageError } from "@luxxon/chain/usageError";
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
  const transactions = ahead(transactionsOf(options, target, notes));
  return { target, recordedArgs: wanted.record?.constructorArgs, transactions, notes };
}

async function* transactionsOf(
  { endpoint, cacheFolder, progress }: CollectOptions,
  target: Target,
  notes: string[],
): AsyncGenerator<readonly HistoryTransaction[]> {
  const { fromBlock, toBlock } = target;
  const parts = followHistory({
    endpoint,
    contract: target,
    from: fromBlock,
    to: toBlock,
    store: cacheFolder === undefined ? undefined : new RangeFile(cacheFolder, target, keptTransactionSchema),
    onReplaced(from) {
      notes.push(
        `The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`,
      );
    },
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
