/**
 * Knows the bits by which the contract marks settled sessions: 256 ids that share their first 31 bytes share a word, and the
 * platform issues ids in such runs, so that one word answers for many sessions.
 */
import { type Hex, numberToHex, padHex } from "viem";

/** The first 31 bytes of an id. */
export function wordOf(id: Hex): Hex {
  return id.slice(0, -2) as Hex;
}

/** The id's bit in its word. */
export function bitOf(id: Hex): bigint {
  return 1n << BigInt(`0x${id.slice(-2)}`);
}

/** As the contract's mapping calls the word. */
export function numberOf(word: Hex): Hex {
  return `0x00${word.slice(2)}`;
}

/** The ids whose bits stand there, in order. */
export function idsIn(word: Hex, bits: bigint): Hex[] {
  const ids: Hex[] = [];
  for (let left = bits, at = 0; left !== 0n; left >>= 1n, at++) {
    if ((left & 1n) === 1n) ids.push(`${word}${padHex(numberToHex(at), { size: 1 }).slice(2)}`);
  }
  return ids;
}

/** How many ids stand there. */
export function countIn(bits: bigint): number {
  let count = 0;
  for (let left = bits; left !== 0n; left &= left - 1n) count++;
  return count;
}
