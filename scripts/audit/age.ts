/** Says how old the last block is: an endpoint that stopped long ago shows a true history that ends too early. */
import { counted } from "../words.ts";

/** Base calls a block safe after some minutes. Seconds. */
const USUAL = 15 * 60;

/**
 * Warns on stderr, since a report is the same whenever it is made.
 *
 * @param timestamp Of the last block, seconds since 1970.
 * @param most How old it may be, seconds; undefined: nothing was said.
 * @param isChosen The user has said which block is the last.
 * @returns The exit code: 1 if it is older than it may be.
 */
export function tellAge(
  timestamp: number,
  most: number | undefined,
  isChosen: boolean,
  now = Date.now() / 1_000,
): number {
  const age = now - timestamp;
  if (age <= (most ?? (isChosen ? Number.POSITIVE_INFINITY : USUAL))) return 0;
  console.error(
    `The last block is ${inWords(age)} old: what came since was not audited. Compare it with an explorer's.`,
  );
  return most === undefined ? 0 : 1;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In the largest unit of which there are at least two. */
function inWords(seconds: number): string {
  if (seconds >= 2 * DAY) return counted(Math.floor(seconds / DAY), "day");
  if (seconds >= 2 * HOUR) return counted(Math.floor(seconds / HOUR), "hour");
  return counted(Math.floor(seconds / MINUTE), "minute");
}
