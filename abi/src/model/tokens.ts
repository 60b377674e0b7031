/** Asks of tokens, of USDC above all, what the contract asks of them. Whoever runs the model answers: `WillingUsdc`, say. */
import type { TokenError } from "./errors.ts";
import type { Address, Hex } from "./types.ts";

/** The tokens after the call, or why they refuse it. */
export type Answer<Self> = { readonly tokens: Self } | { readonly refused: TokenError };

/**
 * The tokens at one moment. Like the model's state it never changes: an answer brings the tokens as they then are. The
 * caller of the token is always the contract.
 *
 * @typeParam Self The implementing type, so that `apply` gives it back.
 */
export interface Tokens<Self> {
  /** USDC that the contract holds, µUSDC. */
  readonly held: bigint;
  /** How much of `owner`'s USDC the contract may pull, µUSDC. */
  allowance(owner: Address): bigint;
  /** ERC-20 `transfer` by the contract. The token is USDC but for a rescue. */
  transfer(token: Address, to: Address, amount: bigint): Answer<Self>;
  /** USDC's `transferFrom` to the contract. */
  transferFrom(from: Address, amount: bigint): Answer<Self>;
  /** USDC's EIP-2612 `permit` for the contract, `bytes` overload. */
  permit(owner: Address, amount: bigint, deadline: bigint, signature: Hex): Answer<Self>;
  /** USDC's EIP-3009 `receiveWithAuthorization` to the contract, `bytes` overload. */
  receiveWithAuthorization(
    from: Address,
    amount: bigint,
    validAfter: bigint,
    validBefore: bigint,
    nonce: Hex,
    signature: Hex,
  ): Answer<Self>;
}
