/** Reads every header of a stretch of blocks: each names the one before it, and its bloom says where logs may be. */
import { type Hash, pad } from "viem";
import { readBlock } from "../rpc/blocks.ts";
import { bloomBits, mayHold } from "../rpc/bloom.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { contradiction } from "../rpc/problems.ts";
import { type Sources, TRANSFER_TOPIC } from "./logs.ts";

/** Headers that are kept in memory at a time. */
const AT_ONCE = 1_000n;

export interface Headers {
  /** Of the last block. */
  readonly hash: Hash;
  /** Blocks that may hold a log of the contract, or a transfer of USDC from it or to it. */
  readonly suspects: readonly number[];
}

/**
 * @param parent The hash of the block before the first; undefined: not known.
 * @throws {UsageError} if a block does not follow on the one before it.
 */
export async function readHeaders(
  endpoint: Endpoint,
  sources: Sources,
  from: bigint,
  to: bigint,
  parent: Hash | undefined,
): Promise<Headers> {
  const emitter = bloomBits(sources.address);
  const token = [sources.usdc, TRANSFER_TOPIC, pad(sources.address)].map(bloomBits);
  const suspects: number[] = [];
  let before = parent;
  for (let first = from; first <= to; first += AT_ONCE) {
    const last = first + AT_ONCE - 1n < to ? first + AT_ONCE - 1n : to;
    const numbers = Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));
    for (const { number, hash, parentHash, logsBloom } of await endpoint.askAll(numbers, (n) =>
      readBlock(endpoint, n),
    )) {
      if (before !== undefined && parentHash !== before) {
        throw contradiction(
          endpoint.where,
          `block ${number} does not follow on the block ${number - 1n} that it shows`,
        );
      }
      before = hash;
      if (mayHold(logsBloom, [emitter]) || mayHold(logsBloom, token)) suspects.push(Number(number));
    }
  }
  return { hash: before as Hash, suspects };
}
