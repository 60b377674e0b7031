/** Puts each refusal of an entry in a word or two. */
import type { Refusal } from "@luxxon/contracts-abi";

export const REFUSALS: Record<Refusal, string> = {
  None: "not refused",
  AlreadySettled: "settled before",
  InvalidPayee: "payee impossible",
  ZeroAmount: "amount zero",
  RateTooHigh: "rate too high",
  TooManySeconds: "session too long",
  MeterExceeded: "above the meter",
  FeeTooHigh: "fee too high",
  InsufficientPool: "pool too small",
  DailyLimitExceeded: "consumer's daily limit",
  PoolLimitExceeded: "pool's daily limit",
};
