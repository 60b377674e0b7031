/** Puts the contract's settings into words. */

import type { Subject } from "@luxxon/chain/settlement/adminEvents";
import { zeroAddress } from "viem";
import { limit } from "./words.ts";

/** "50000 USDC a day (50000000000 µUSDC)" */
export function limitInWords(microUsdc: bigint): string {
  return microUsdc === 0n ? limit(microUsdc) : `${limit(microUsdc)} (${microUsdc} µUSDC)`;
}

/** What stands in an event or a setting, by what it is about. */
export function valueInWords(subject: Subject, value: string): string {
  if (subject === "defaultDailyLimit" || subject === "poolDailyLimit") return limitInWords(BigInt(value));
  if (subject === "paused") return value === "true" ? "paused" : "not paused";
  return value === zeroAddress ? "nobody" : value;
}
