/** Names the events, arguments in their order (ILuxxonSettlement.sol). */
import type { Address, Hex, Refusal } from "./types.ts";

interface Of<Name extends string, Args> {
  readonly eventName: Name;
  readonly args: Readonly<Args>;
}

/** What the contract emits, OpenZeppelin's events included. Amounts are µUSDC, limits µUSDC a day. */
export type ContractEvent =
  | Of<"Deposited", { consumer: Address; payer: Address; amount: bigint }>
  | Of<"Withdrawn", { consumer: Address; amount: bigint }>
  | Of<"Held", { consumer: Address; until: bigint }>
  | Of<
      "Settled",
      {
        sessionId: Hex;
        from: Address;
        to: Address;
        toAmount: bigint;
        feeAmount: bigint;
        ratePerSecond: bigint;
        chargeableSeconds: bigint;
      }
    >
  | Of<"SettlementSkipped", { sessionId: Hex; reason: Refusal }>
  | Of<"PayoutCredited" | "CreditClaimed", { payee: Address; amount: bigint }>
  | Of<"DailyLimitSet", { consumer: Address; limit: bigint }>
  | Of<"DefaultDailyLimitSet" | "PoolDailyLimitSet", { oldLimit: bigint; newLimit: bigint }>
  | Of<"RelayerSet", { oldRelayer: Address; newRelayer: Address }>
  | Of<"GuardianSet", { oldGuardian: Address; newGuardian: Address }>
  | Of<"PlatformWalletSet", { oldPlatformWallet: Address; newPlatformWallet: Address }>
  | Of<"Rescued", { token: Address; to: Address; amount: bigint }>
  | Of<"Paused" | "Unpaused", { account: Address }>
  | Of<"OwnershipTransferStarted" | "OwnershipTransferred", { previousOwner: Address; newOwner: Address }>;

/** Tokens that a call moved, as the token's own `Transfer` says it. */
export interface Transfer {
  readonly token: Address;
  readonly from: Address;
  readonly to: Address;
  /** In the token's units; µUSDC for USDC. */
  readonly amount: bigint;
}
