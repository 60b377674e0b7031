/** Every function that changes state, as a decoder of calldata returns it (ILuxxonSettlement.sol). */
import type { Address, BatchEntry, Hex } from "./types.ts";

interface Of<Name extends string, Args extends readonly unknown[]> {
  readonly functionName: Name;
  /** In the order of the signature. */
  readonly args: Args;
}

export type Call =
  | Of<"deposit", readonly [amount: bigint]>
  | Of<"depositFor", readonly [consumer: Address, amount: bigint]>
  | Of<"depositWithPermit", readonly [amount: bigint, deadline: bigint, signature: Hex]>
  | Of<
      "depositWithAuthorization",
      readonly [from: Address, amount: bigint, validAfter: bigint, validBefore: bigint, nonce: Hex, signature: Hex]
    >
  | Of<"withdraw", readonly [amount: bigint]>
  | Of<"withdrawAll", readonly []>
  | Of<
      "settleFromPool",
      readonly [
        sessionId: Hex,
        from: Address,
        to: Address,
        ratePerSecond: bigint,
        chargeableSeconds: bigint,
        toAmount: bigint,
        feeAmount: bigint,
      ]
    >
  | Of<"settleBatch", readonly [entries: readonly BatchEntry[]]>
  | Of<"claim", readonly [payee: Address]>
  | Of<"setDailyLimit", readonly [limit: bigint]>
  | Of<"setDefaultDailyLimit", readonly [limit: bigint]>
  | Of<"setPoolDailyLimit", readonly [limit: bigint]>
  | Of<"setRelayer", readonly [newRelayer: Address]>
  | Of<"setGuardian", readonly [newGuardian: Address]>
  | Of<"setPlatformWallet", readonly [newPlatformWallet: Address]>
  | Of<"pause", readonly []>
  | Of<"unpause", readonly []>
  | Of<"rescue", readonly [token: Address, to: Address, amount: bigint]>
  | Of<"transferOwnership", readonly [newOwner: Address]>
  | Of<"acceptOwnership", readonly []>
  | Of<"renounceOwnership", readonly []>;

/** Who calls, and when. */
export interface Context {
  readonly sender: Address;
  /** `block.timestamp`, seconds. Never less than in an earlier call; the same in several. */
  readonly timestamp: bigint;
}
