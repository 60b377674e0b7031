/** Answers what the model asks of USDC from history, as a transaction's own logs tell it. */

import type { Entry } from "@luxxon/chain/settlement/history";
import type { Address, Answer, TokenError, Tokens } from "@luxxon/contracts-abi/model";

const REFUSED: TokenError = { errorName: "Refused", args: ["USDC refused the payout"] };

/** What the owner of some USDC has allowed is not part of the history; that it moved shows that it was enough. */
const ENOUGH = 2n ** 256n - 1n;

/** One attempt of the contract to pay somebody. */
interface Attempt {
  readonly payee: Address;
  readonly isRefused: boolean;
}

/** Every attempt to pay that a transaction's logs show, in order. */
export function attemptsIn(entries: readonly Entry[], self: Address): Attempt[] {
  return entries.flatMap((entry): Attempt[] => {
    if (entry.eventName === "PayoutCredited") return [{ payee: entry.args.payee, isRefused: true }];
    const isPayment = entry.eventName === "Transfer" && entry.from === self && entry.amount !== 0n;
    return isPayment ? [{ payee: entry.to, isRefused: false }] : [];
  });
}

/**
 * Refuses what the chain shows as credited, and nothing else: whether USDC moved as much as it should is for other rules
 * to say. A refusal brings no tokens to go on with, so the place in the list is shared by all tokens of a transaction.
 */
export class PastTokens implements Tokens<PastTokens> {
  readonly held: bigint;
  readonly #usdc: Address;
  readonly #attempts: Attempt[];

  /** @param attempts Those still to come; they are taken from the list as the model makes them. */
  constructor(usdc: Address, held: bigint, attempts: Attempt[]) {
    this.held = held;
    this.#usdc = usdc;
    this.#attempts = attempts;
  }

  allowance(): bigint {
    return ENOUGH;
  }

  transfer(token: Address, to: Address, amount: bigint): Answer<PastTokens> {
    if (token !== this.#usdc) return { tokens: this };
    const isNext = this.#attempts[0]?.payee === to;
    const attempt = isNext ? this.#attempts.shift() : undefined;
    return attempt?.isRefused === true ? { refused: REFUSED } : this.#with(this.held - amount);
  }

  transferFrom(_from: Address, amount: bigint): Answer<PastTokens> {
    return this.#with(this.held + amount);
  }

  permit(): Answer<PastTokens> {
    return { tokens: this };
  }

  receiveWithAuthorization(from: Address, amount: bigint): Answer<PastTokens> {
    return this.transferFrom(from, amount);
  }

  #with(held: bigint): Answer<PastTokens> {
    return { tokens: new PastTokens(this.#usdc, held, this.#attempts) };
  }
}
