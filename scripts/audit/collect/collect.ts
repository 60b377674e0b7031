/** Collects a contract's history from a chain: part by part, each as soon as the one before is being worked on. */

import { type Block, readBlock } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { type Endpoints, type HistoryPart, readHistory } from "@luxxon/chain/settlement/readHistory";
import { UsageError } from "@luxxon/chain/usageError";
import type { Progress } from "../../progress.ts";
import type { Before, History } from "../history.ts";
import type { Target } from "../types.ts";
import { identify, type Wanted } from "./identify.ts";

export interface CollectOptions {
  readonly endpoints: Endpoints;
  readonly wanted: Wanted;
  /** Reads all headers too. */
  readonly isEveryBlockRead: boolean;
  readonly progress: Progress;
}

export interface Collected extends History {
  /** The last block. */
  readonly end: Block;
  readonly isCirclesUsdc: boolean;
  readonly notes: string[];
}

/** @throws {UsageError} if there is nothing to audit; while the history is read, if an endpoint cannot be used for it. */
export async function collect(options: CollectOptions): Promise<Collected> {
  const { endpoints, wanted, isEveryBlockRead } = options;
  const { target, ...identified } = await identify(endpoints, wanted);
  const evidence = { endpoints: endpoints.map(({ where }) => where), isEveryBlockRead };
  const read = (before: Before | undefined) => ahead(partsOf(options, target, before));
  return { ...identified, target, recordedArgs: wanted.record?.constructorArgs, read, evidence };
}

async function* partsOf(
  { endpoints, progress, isEveryBlockRead }: CollectOptions,
  target: Target,
  before: Before | undefined,
): AsyncGenerator<HistoryPart> {
  const { fromBlock, toBlock } = target;
  const from = before === undefined ? fromBlock : before.to + 1n;
  const range = { from, to: toBlock, before };
  for await (const part of readHistory({ endpoints, contract: target, isEveryBlockRead, ...range })) {
    const done = part.to + 1n;
    progress.show(Number(done - fromBlock) / Number(toBlock - fromBlock + 1n), `block ${done} of ${toBlock}`);
    yield part;
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
