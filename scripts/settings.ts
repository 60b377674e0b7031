/** How settings are written for people. */

import type { Subject } from "@luxxon/chain/settlement/adminEvents";
import { formatUsdc } from "@luxxon/contracts-abi";
import { zeroAddress } from "viem";

/** "50000 USDC a day (50000000000 µUSDC)". */
export function limitInWords(microUsdc: bigint): string {
  return microUsdc === 0n ? "no limit" : `${formatUsdc(microUsdc)} USDC a day (${microUsdc} µUSDC)`;
}

/** What stands in an event or a setting, by what it is about. */
export function valueInWords(subject: Subject, value: string): string {
  if (subject === "defaultDailyLimit" || subject === "poolDailyLimit") return limitInWords(BigInt(value));
  if (subject === "paused") return value === "true" ? "paused" : "not paused";
  return value === zeroAddress ? "nobody" : value;
}
