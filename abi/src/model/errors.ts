/** Ends a call by an error, names and arguments in their order as ILuxxonSettlement.sol promises them. */
import type { Address, Hex, Refusal } from "./types.ts";

interface Of<Name extends string, Args extends readonly unknown[]> {
  readonly errorName: Name;
  readonly args: Args;
}

/** What a token reverts with, whatever that is: USDC says `Error` with a text. */
export type TokenError = Of<string, readonly unknown[]>;

/** What the contract reverts with, OpenZeppelin's errors included. Amounts are µUSDC. */
export type ContractError =
  | Of<"ZeroAddress" | "ZeroAmount" | "EnforcedPause" | "ExpectedPause", readonly []>
  | Of<"InvalidConsumer", readonly [consumer: Address]>
  | Of<"InsufficientBalance", readonly [consumer: Address, balance: bigint, requested: bigint]>
  | Of<"HeldUntil", readonly [until: bigint]>
  | Of<"HoldTooLong", readonly [until: bigint, most: bigint]>
  | Of<"HoldNotLater", readonly [until: bigint, standing: bigint]>
  | Of<"HoldNeedsLimit", readonly [consumer: Address]>
  | Of<"NotRelayer" | "NotGuardian", readonly [caller: Address]>
  | Of<"InvalidBatchSize", readonly [size: bigint]>
  | Of<"SettlementRefused", readonly [sessionId: Hex, reason: Refusal]>
  | Of<"ExceedsSurplus", readonly [surplus: bigint]>
  | Of<"OwnableUnauthorizedAccount", readonly [account: Address]>
  | Of<"SafeCastOverflowedUintDowncast", readonly [bits: number, value: bigint]>;

/** Ends a call: nothing that it did remains. `apply` turns it into a result. */
export class Revert extends Error {
  override readonly name = "Revert";
  readonly error: ContractError | TokenError;

  constructor(error: ContractError | TokenError) {
    super(error.errorName);
    this.error = error;
  }
}

/** A guard, as Solidity writes it. */
export function ensure(condition: boolean, error: () => ContractError): asserts condition {
  if (!condition) throw new Revert(error());
}
