/**
 * Finds the sessions that were charged less than their meter. No rule is broken: the contract holds a charge to at most
 * rate × seconds. But the id is closed with it, so the rest can never be charged, and operator and platform lose it.
 */

import type { Address, Hash, Hex } from "viem";
import { counted, usdcWords } from "../../words.ts";
import { narrowed, type Rows, type Settlement } from "../types.ts";

export interface BelowMeter {
  blockNumber: bigint;
  transactionHash: Hash;
  sessionId: Hex;
  from: Address;
  to: Address;
  feeTo: Address;
  /** Rate × seconds, µUSDC. */
  meter: bigint;
  charged: bigint;
  /** What was not charged of the meter. */
  missing: bigint;
}

/** In the order of the chain. */
export function* belowMeter(settlements: Rows<Settlement>): Generator<BelowMeter> {
  for (const settlement of narrowed(settlements, "isBelowMeter", true)) {
    const missing = missingOf(settlement);
    if (missing === 0n) continue;
    const { blockNumber, transactionHash, sessionId, from, to, feeTo } = settlement;
    const meter = settlement.ratePerSecond * settlement.chargeableSeconds;
    yield { blockNumber, transactionHash, sessionId, from, to, feeTo, meter, charged: meter - missing, missing };
  }
}

/** µUSDC that were not charged of a session's meter; 0 also if more was. */
export function missingOf({ ratePerSecond, chargeableSeconds, toAmount, feeAmount }: Settlement): bigint {
  const missing = ratePerSecond * chargeableSeconds - toAmount - feeAmount;
  return missing > 0n ? missing : 0n;
}

/** "2 sessions were settled below their meter, by 0.5 USDC together."; undefined: none was. */
export function belowMeterText(all: Iterable<Pick<BelowMeter, "missing">>): string | undefined {
  let [sessions, sum] = [0, 0n];
  for (const { missing } of all) {
    sessions++;
    sum += missing;
  }
  if (sessions === 0) return undefined;
  const were = `${counted(sessions, "session was", "sessions were")} settled below the meter`;
  return `${were}: ${usdcWords(sum)} less than rate × seconds.`;
}

export const WHO_LOSES =
  "The contract allows it and no rule is broken, but the id is closed: operator and platform lose the rest.";
