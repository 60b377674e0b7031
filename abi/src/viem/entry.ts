import type { Address, Hex } from "viem";

/** One session to be settled: the meter (rate × seconds) and how the charge is split. */
export interface SettlementEntry {
  /** `sessionIdFromUuid` gives it. */
  sessionId: Hex;
  /** The consumer whose pool pays. */
  from: Address;
  /** The operator who is paid. */
  to: Address;
  /** µUSDC a second; at most `MAX_RATE_PER_SECOND`. */
  ratePerSecond: bigint;
  /** The metered seconds; at most `MAX_CHARGEABLE_SECONDS`. */
  chargeableSeconds: bigint;
  /** The operator's part, µUSDC; `splitCharge` gives it. */
  toAmount: bigint;
  /** The platform's fee, µUSDC; `splitCharge` gives it. */
  feeAmount: bigint;
}
