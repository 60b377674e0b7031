/**
 * Knows the bits by which the contract marks settled sessions: 256 ids that share their first 31 bytes share a word, and the
 * platform issues ids in such runs, so that one word answers for many sessions.
 */
import { type Hex, numberToHex, padHex } from "viem";

/** Ids by the number of their word. */
export function byWord(ids: readonly Hex[]): Map<Hex, Hex[]> {
  const words = new Map<Hex, Hex[]>();
  for (const id of ids) {
    const number: Hex = `0x00${id.slice(2, 64)}`;
    const others = words.get(number);
    if (others === undefined) words.set(number, [id]);
    else others.push(id);
  }
  return words;
}

/** What a word says of the ids that are asked for, and each other id that it marks. */
export function bitsIn(number: Hex, word: bigint, ids: readonly Hex[]): [id: Hex, isSettled: boolean][] {
  const found = new Map(ids.map((id) => [id, false]));
  for (let bits = word, at = 0; bits !== 0n; bits >>= 1n, at++) {
    if ((bits & 1n) === 1n) found.set(idAt(number, at), true);
  }
  return [...found];
}

function idAt(number: Hex, bit: number): Hex {
  return `0x${number.slice(4)}${padHex(numberToHex(bit), { size: 1 }).slice(2)}`;
}
