/** Answers for USDC where a simulation is about the contract's rules alone. */
import type { Answer, Tokens } from "./tokens.ts";
import { type Address, sameAddress } from "./types.ts";

/**
 * USDC that refuses nothing: everybody has enough of it and has approved it, and every signature is good.
 *
 * @example
 * construct(SETTLEMENT, { usdc: USDC, ...settings }, { sender, timestamp }, new WillingUsdc(USDC));
 */
export class WillingUsdc implements Tokens<WillingUsdc> {
  readonly address: Address;
  /** What the contract holds of it, µUSDC. */
  readonly held: bigint;

  constructor(address: Address, held = 0n) {
    this.address = address;
    this.held = held;
  }

  allowance(): bigint {
    return (1n << 256n) - 1n;
  }

  transfer(token: Address, _to: Address, amount: bigint): Answer<WillingUsdc> {
    return this.#holding(sameAddress(token, this.address) ? this.held - amount : this.held);
  }

  transferFrom(_from: Address, amount: bigint): Answer<WillingUsdc> {
    return this.#holding(this.held + amount);
  }

  permit(): Answer<WillingUsdc> {
    return { tokens: this };
  }

  receiveWithAuthorization(_from: Address, amount: bigint): Answer<WillingUsdc> {
    return this.#holding(this.held + amount);
  }

  #holding(held: bigint): Answer<WillingUsdc> {
    return { tokens: new WillingUsdc(this.address, held) };
  }
}
