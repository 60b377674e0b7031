/** Follows a chain from block to block: gives first what was kept and is still part of the chain, and then what is new. */
import type { Hash } from "viem";

/**
 * Blocks that have been read, both ends included. The hash of the last stands for all blocks before it: as long as the
 * chain still has that block, nothing in the range can have changed.
 */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
  readonly toHash: Hash;
}

/** A range and what was found in it, in the order of the chain. */
export interface Segment<Item> extends Range {
  readonly items: readonly Item[];
}

/** Keeps segments, each beginning where the one before it ended. */
export interface RangeStore<Item> {
  /** The ranges that are there, in order. */
  outline(): Promise<readonly Range[]>;
  /** The first `count` ranges with what is in them, each read when it is asked for. */
  segments(count: number): AsyncIterable<Segment<Item>>;
  /** Keeps the first `count` ranges and forgets the rest. */
  keep(count: number): Promise<void>;
  append(segment: Segment<Item>): Promise<void>;
}

export interface FollowOptions<Item> {
  readonly from: bigint;
  readonly to: bigint;
  /** The hash that a block has now. */
  readonly hashOf: (block: bigint) => Promise<Hash>;
  /** Reads blocks in order, both ends included, in as many segments as the endpoint needs. */
  readonly read: (from: bigint, to: bigint) => AsyncIterable<Segment<Item>>;
  /** Undefined: nothing is kept. */
  readonly store?: RangeStore<Item> | undefined;
  /** Is told from which block on everything is read again, because the chain has replaced blocks. */
  readonly onReplaced?: ((from: bigint) => void) | undefined;
}

/** How many of these ranges, from the first on, are still part of the chain. */
export async function standing(ranges: readonly Range[], hashOf: FollowOptions<never>["hashOf"]): Promise<number> {
  let good = ranges.length;
  for (let last = ranges.at(-1); last !== undefined; last = ranges[good - 1]) {
    if ((await hashOf(last.to)) === last.toHash) break;
    good--;
  }
  return good;
}

/** Each segment is kept before it is given, so that a reader that stops or dies goes on behind the last it was given. */
export async function* follow<Item>(options: FollowOptions<Item>): AsyncGenerator<Segment<Item>> {
  const { from, to, hashOf, read, store, onReplaced } = options;
  const all = (await store?.outline()) ?? [];
  const kept = all[0]?.from === from ? all : [];
  const within = kept.filter((range) => range.to <= to);
  const good = await standing(within, hashOf);
  const replaced = within[good];
  if (replaced !== undefined) onReplaced?.(replaced.from);
  // Whoever ends earlier than the last reader leaves what the last one has kept.
  const isKeeping = replaced !== undefined || within.length === kept.length;
  if (isKeeping) await store?.keep(good);

  let next = from;
  if (store !== undefined && good > 0) {
    for await (const segment of store.segments(good)) {
      yield segment;
      next = segment.to + 1n;
    }
  }
  for await (const segment of read(next, to)) {
    if (isKeeping) await store?.append(segment);
    yield segment;
  }
}
