/** Splits a session's charge between operator and platform. */
import { InvalidAmountError, InvalidFeeBpsError } from "./errors.ts";
import { MAX_FEE_BPS } from "./model/limits.ts";

export interface ChargeSplit {
  /** The operator's part, µUSDC. */
  toAmount: bigint;
  /** The platform's fee, µUSDC. */
  feeAmount: bigint;
}

/**
 * Splits a charge. The fee is rounded down and the operator's part is what is left, so that both always sum to the charge.
 *
 * @param charge rate × seconds, µUSDC, 0 or more.
 * @param feeBps The fee in basis points: 1500 is 15 %.
 * @throws {InvalidAmountError} The charge is negative or no bigint.
 * @throws {InvalidFeeBpsError} The fee is no whole number from 0 to `MAX_FEE_BPS`.
 * @example
 * splitCharge(60_000n, 1500); // { toAmount: 51_000n, feeAmount: 9_000n }
 */
export function splitCharge(charge: bigint, feeBps: number): ChargeSplit {
  if (typeof charge !== "bigint") throw new InvalidAmountError(charge, "µUSDC are bigint");
  if (charge < 0n) throw new InvalidAmountError(charge, "it has a sign");
  if (!Number.isInteger(feeBps) || feeBps < 0 || feeBps > MAX_FEE_BPS)
    throw new InvalidFeeBpsError(feeBps, MAX_FEE_BPS);
  const feeAmount = (charge * BigInt(feeBps)) / 10_000n;
  return { toAmount: charge - feeAmount, feeAmount };
}
