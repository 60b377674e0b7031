/** Names the contract's refusals: the values of its enum `Refusal`. */
import { InvalidRefusalError } from "./errors.ts";

/** In the contract's order: the rules are checked in this order, and the first that fails is the refusal. */
export const refusals = [
  "None",
  "AlreadySettled",
  "InvalidPayee",
  "ZeroAmount",
  "RateTooHigh",
  "TooManySeconds",
  "MeterExceeded",
  "FeeTooHigh",
  "InsufficientPool",
  "DailyLimitExceeded",
  "PoolLimitExceeded",
] as const;

export type Refusal = (typeof refusals)[number];

/**
 * The name of a refusal's number, as `checkSettlement` returns it and `SettlementSkipped` carries it.
 *
 * @throws {InvalidRefusalError}
 * @example
 * refusalName(8); // "InsufficientPool"
 */
export function refusalName(reason: number): Refusal {
  const name = refusals[reason];
  if (name === undefined) throw new InvalidRefusalError(reason, refusals.length - 1);
  return name;
}
