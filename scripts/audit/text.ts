/** Writes shares, times and names as people read them. */

import { uuidFromSessionId } from "@luxxon/contracts-abi";
import type { Address, Hex } from "viem";

/** "15 %", "14.99 %": 1/10,000 as per cent. */
export function percentOfBps(bps: number): string {
  return `${String(bps / 100)} %`;
}

/** "14.9998 %": part of whole, rounded to so many decimals; "–" of nothing. */
export function percent(part: bigint, whole: bigint, places = 2): string {
  if (whole === 0n) return "–";
  // Whole numbers below 2^53 divide well enough for what is shown of the result.
  const share = Number((part * 10n ** 12n) / whole) / 1e10;
  return `${String(Number(share.toFixed(places)))} %`;
}

/** "2026-11-22 13:45:07": in UTC, of seconds since 1970. */
export function utc(timestamp: number): string {
  return isoTime(timestamp).slice(0, 19).replace("T", " ");
}

/** The end of the year 9999: later than that a date has no name. */
const LAST_DATE = 253_402_300_799n;

/** "2026-11-22 13:45:07 UTC", of a second that an event names: it may be any number. */
export function moment(second: bigint): string {
  return second <= LAST_DATE ? `${utc(Number(second))} UTC` : `second ${second}`;
}

/** "2026-11-22T13:45:07Z" */
export function isoTime(timestamp: number): string {
  return new Date(timestamp * 1_000).toISOString().replace(".000Z", "Z");
}

/** "2026-11-22": the day in UTC. */
export function dateOf(timestamp: number): string {
  return isoTime(timestamp).slice(0, 10);
}

/** "0x9e32…40c0" */
export function short(hex: Hex): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** A session as the platform names it: its UUID, or the bytes32 if it is none. */
export function sessionName(sessionId: Hex): string {
  return uuidOf(sessionId) ?? sessionId;
}

/** "session 018f2b6a-…" */
export function session(id: Hex): string {
  return `session ${sessionName(id)}`;
}

/** With a capital at its beginning. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The UUID of a session id; undefined if its high half is not zero. */
export function uuidOf(sessionId: Hex): string | undefined {
  try {
    return uuidFromSessionId(sessionId);
  } catch {
    return undefined;
  }
}

/** Addresses are compared without regard to their checksum's capitals. */
export function sameHex(one: Address | Hex, other: Address | Hex): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
