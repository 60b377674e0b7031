/** Asks the bloom of a block whether it may hold a log: yes may be wrong, no is not. */
import { type Hex, sliceHex } from "viem";
import { keccak256 } from "./keccak.ts";

/** The three bits of 2,048 that an address or a topic sets. */
export type BloomBits = readonly number[];

export function bloomBits(value: Hex): BloomBits {
  const hash = keccak256(value);
  return [0, 2, 4].map((at) => Number(sliceHex(hash, at, at + 2)) % 2_048);
}

/** Whether all of these are set. */
export function mayHold(bloom: Hex, all: readonly BloomBits[]): boolean {
  return all.flat().every((bit) => {
    // Bit 0 is the last; a digit has four.
    const digit = Number.parseInt(bloom.charAt(bloom.length - 1 - Math.floor(bit / 4)), 16);
    return ((digit >> (bit % 4)) & 1) === 1;
  });
}
