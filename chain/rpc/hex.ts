/** Numbers as JSON-RPC writes them. */
import { type Hex, numberToHex } from "viem";

export function quantity(value: bigint): Hex {
  return numberToHex(value);
}

/** A number that surely fits: of a block, an index, a time. */
export function toNumber(value: string): number {
  return Number(BigInt(value));
}

/** Whether two hex strings mean the same bytes. */
export function sameHex(one: string | null | undefined, other: string): boolean {
  return one !== null && one !== undefined && (one === other || one.toLowerCase() === other.toLowerCase());
}
