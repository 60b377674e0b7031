/** Compares hexadecimal text, which nodes write in either case. */

/** Whether two hex strings mean the same bytes. */
export function sameHex(one: string | null | undefined, other: string): boolean {
  return one === other || one?.toLowerCase() === other.toLowerCase();
}
