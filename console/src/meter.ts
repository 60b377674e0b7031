/** What a session has cost so far. */
import type { Session } from "./api/client.ts";

export interface Meter {
  seconds: number;
  amountMicroUsdc: bigint;
  /** Of one that is live: seconds without a picture are taken off at its end. */
  isEstimate: boolean;
}

/** @param now ms. */
export function meterOf(session: Session, now: number): Meter {
  const { state, startedAt, ratePerSecondMicroUsdc, maxDurationSeconds, cleanSeconds, chargedMicroUsdc } = session;
  if (state !== "LIVE" || startedAt === null)
    return { seconds: cleanSeconds, amountMicroUsdc: BigInt(chargedMicroUsdc), isEstimate: false };
  const seconds = Math.min(Math.max(Math.floor((now - Date.parse(startedAt)) / 1_000), 0), maxDurationSeconds);
  return { seconds, amountMicroUsdc: BigInt(ratePerSecondMicroUsdc) * BigInt(seconds), isEstimate: true };
}
