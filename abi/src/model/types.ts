/** Types what the rules are about. Every amount is in µUSDC (6 decimals), every time in whole seconds. */

/** 20 bytes as hex. Upper and lower case mean the same; what the model returns is spelled as it was given. */
export type Address = `0x${string}`;

/** Bytes as hex. */
export type Hex = `0x${string}`;

/** One session to settle. A uint256 may be anything from 0 to 2^256 − 1: the rules refuse what is too large. */
export interface BatchEntry {
  /** 32 bytes. Each session id has a bit of its own. */
  readonly sessionId: Hex;
  /** The consumer whose pool pays. */
  readonly from: Address;
  /** The payee. */
  readonly to: Address;
  /** µUSDC a second. */
  readonly ratePerSecond: bigint;
  /** Seconds. */
  readonly chargeableSeconds: bigint;
  /** The payee's part, µUSDC. */
  readonly toAmount: bigint;
  /** The platform's part, µUSDC. */
  readonly feeAmount: bigint;
}

/** A consumer's account, and, in the same shape, the whole pool's. */
export interface Account {
  /** µUSDC owned; of the pool, `totalDeposits`. At most 2^80 − 1. */
  readonly balance: bigint;
  /** µUSDC a day; 0 means the default for a consumer and no limit for the pool. At most 2^56 − 1. */
  readonly dailyLimit: bigint;
  /** What the bucket held when it last moved, µUSDC. */
  readonly drawn: bigint;
  /** When the bucket last moved, seconds. Stored in 32 bits, which end in 2106: later times are cut. */
  readonly drawnAt: bigint;
  /** The second before which the consumer has promised not to withdraw; of the pool always 0. */
  readonly heldUntil: bigint;
}

/**
 * Why an entry is not settled, in the order in which the rules are checked. The values are those on chain; `refusalName` of
 * `@luxxon/contracts-abi` names one.
 */
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

export type Refusal = (typeof Refusal)[keyof typeof Refusal];

/** Nobody. */
export const ZERO_ADDRESS: Address = "0x0000000000000000000000000000000000000000";

/** Whether two addresses are the same account, however they are spelled. */
export function sameAddress(one: Address, other: Address): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}
