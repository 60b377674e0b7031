/** Names the contract's settings: what the team intends for each, how the owner sets it, and how it is put into words. */

import type { Parameters } from "@luxxon/chain/deployments/parameters";
import type { OwnerFunction } from "@luxxon/chain/safe/builderFile";
import type { Subject } from "@luxxon/chain/settlement/adminEvents";
import type { ContractState } from "@luxxon/chain/settlement/state";
import { zeroAddress } from "viem";
import { limit } from "./words.ts";

/** The settings that have a function of the owner's to themselves. */
export const SETTERS = {
  relayer: "setRelayer",
  guardian: "setGuardian",
  platformWallet: "setPlatformWallet",
  defaultDailyLimit: "setDefaultDailyLimit",
  poolDailyLimit: "setPoolDailyLimit",
} as const satisfies Partial<Record<Subject, OwnerFunction>>;

export type Setter = keyof typeof SETTERS;
export const SETTABLE = Object.keys(SETTERS) as Setter[];

export type Setting = ("owner" | Setter | "paused") & Subject & keyof ContractState & keyof Parameters;
export const SETTINGS: readonly Setting[] = ["owner", ...SETTABLE, "paused"];

/** What the parameters say about each setting, as events say it. */
export function intentionsOf(parameters: Parameters): Record<Setting, string> {
  const { owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit, paused = false } = parameters;
  return { owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit, paused: String(paused) };
}

export function isLimit(subject: Subject): subject is "defaultDailyLimit" | "poolDailyLimit" {
  return subject === "defaultDailyLimit" || subject === "poolDailyLimit";
}

/** "50000 USDC a day (50000000000 µUSDC)" */
export function limitInWords(microUsdc: bigint): string {
  return microUsdc === 0n ? limit(microUsdc) : `${limit(microUsdc)} (${microUsdc} µUSDC)`;
}

/** What stands in an event or a setting, by what it is about. */
export function valueInWords(subject: Subject, value: string): string {
  if (isLimit(subject)) return limitInWords(BigInt(value));
  if (subject === "paused") return value === "true" ? "paused" : "not paused";
  return value === zeroAddress ? "nobody" : value;
}
