/** Describes sessions to settle, and numbers the refusals that the contract has for them. */
import type { SettlementEntry } from "@luxxon/contracts-abi/viem";
import { type Hex, numberToHex } from "viem";

/** The contract's enum, in its order. */
export const Refusal = {
  None: 0,
  AlreadySettled: 1,
  InvalidPayee: 2,
  ZeroAmount: 3,
  RateTooHigh: 4,
  TooManySeconds: 5,
  MeterExceeded: 6,
  FeeTooHigh: 7,
  InsufficientPool: 8,
  DailyLimitExceeded: 9,
  PoolLimitExceeded: 10,
} as const;

export type Session = SettlementEntry;

/** 1 USDC, in µUSDC. */
export const USDC = 1_000_000n;

/** The highest daily limit that fits an account, µUSDC. */
export const MAX_LIMIT = 2n ** 56n - 1n;

export const DAY = 86_400n;

/** The id number `index` of the run of 256 that `run` names: ids of one run share a storage slot. */
export function sessionId(index: number | bigint, run: number | bigint = 1): Hex {
  return numberToHex((BigInt(run) << 8n) | BigInt(index), { size: 32 });
}

/** Splits a charge as the platform does: the fee rounds down, the operator has the rest. */
export function split(total: bigint, feeBps = 1_500n): { toAmount: bigint; feeAmount: bigint } {
  const feeAmount = (total * feeBps) / 10_000n;
  return { toAmount: total - feeAmount, feeAmount };
}

/** What `settleFromPool` takes, in its order. */
export function settleArgs(session: Session) {
  const { sessionId: id, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount } = session;
  return [id, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] as const;
}
