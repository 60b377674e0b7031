/** Names every function that changes state, as a decoder of calldata returns it (ILuxxonSettlement.sol). */
import type { Address, BatchEntry, Hex } from "./types.ts";

/**
 * The arguments of each function, in the order of its signature. Amounts are µUSDC, limits µUSDC a day, times seconds.
 * Where USDC is asked to move and refuses, its own error comes through.
 */
export interface Signatures {
  /** Anyone, unless paused. Reverts: EnforcedPause, ZeroAmount, SafeCastOverflowedUintDowncast (over 80 bits). */
  deposit: readonly [amount: bigint];
  /** As `deposit`, into the pool of another. Also reverts: InvalidConsumer. */
  depositFor: readonly [consumer: Address, amount: bigint];
  /** As `deposit`. A permit that USDC refuses does no harm if the allowance suffices. */
  depositWithPermit: readonly [amount: bigint, deadline: bigint, signature: Hex];
  /** As `depositFor`, from `from` into its own pool: anyone may submit what `from` has signed. */
  depositWithAuthorization: readonly [
    from: Address,
    amount: bigint,
    validAfter: bigint,
    validBefore: bigint,
    nonce: Hex,
    signature: Hex,
  ];
  /** Anyone, always. Reverts: HeldUntil, ZeroAmount, InsufficientBalance. */
  withdraw: readonly [amount: bigint];
  /** As `withdraw`, of all the caller owns. Returns the amount. */
  withdrawAll: readonly [];
  /** Anyone, for itself, always. Reverts: HoldTooLong, HoldNotLater, HoldNeedsLimit. */
  hold: readonly [until: bigint];
  /** The relayer, unless paused. Reverts: NotRelayer, EnforcedPause, SettlementRefused. */
  settleFromPool: readonly [
    sessionId: Hex,
    from: Address,
    to: Address,
    ratePerSecond: bigint,
    chargeableSeconds: bigint,
    toAmount: bigint,
    feeAmount: bigint,
  ];
  /** The relayer, unless paused. Returns a bitmap of the settled. Reverts: NotRelayer, EnforcedPause, InvalidBatchSize. */
  settleBatch: readonly [entries: readonly BatchEntry[]];
  /** Anyone, always. Returns the amount: 0 if nothing is owed. */
  claim: readonly [payee: Address];
  /** Anyone, for itself. 0 returns to the default. Reverts: HeldUntil, and SafeCastOverflowedUintDowncast (over 56 bits). */
  setDailyLimit: readonly [limit: bigint];
  /**
   * The owner, as all that says so: others revert with OwnableUnauthorizedAccount. 0: no limit. Reverts:
   * SafeCastOverflowedUintDowncast (over 56 bits).
   */
  setDefaultDailyLimit: readonly [limit: bigint];
  /** As `setDefaultDailyLimit`. */
  setPoolDailyLimit: readonly [limit: bigint];
  /** The owner. Reverts: ZeroAddress. */
  setRelayer: readonly [newRelayer: Address];
  /** The owner. Zero for none. */
  setGuardian: readonly [newGuardian: Address];
  /** The owner. Reverts: ZeroAddress. */
  setPlatformWallet: readonly [newPlatformWallet: Address];
  /** The guardian or the owner. Reverts: NotGuardian, EnforcedPause. */
  pause: readonly [];
  /** The owner. Reverts: ExpectedPause. */
  unpause: readonly [];
  /** The owner. `amount` is in the token's units. Reverts: ZeroAddress, ExceedsSurplus. */
  rescue: readonly [token: Address, to: Address, amount: bigint];
  /** The owner. Zero takes the offer back. */
  transferOwnership: readonly [newOwner: Address];
  /** Whom the owner has named: others revert with OwnableUnauthorizedAccount. */
  acceptOwnership: readonly [];
  /** The owner. Nobody is it any more, ever. */
  renounceOwnership: readonly [];
}

/** The contract's function of a name, called. */
export type CallOf<Name extends keyof Signatures> = {
  [Each in Name]: { readonly functionName: Each; readonly args: Signatures[Each] };
}[Name];

/** Any function that changes state, called. */
export type Call = CallOf<keyof Signatures>;

/** Who calls, and when. */
export interface Context {
  readonly sender: Address;
  /** `block.timestamp`, seconds. Never less than in an earlier call; the same in several. */
  readonly timestamp: bigint;
}
