/** USDC as a transaction's own transfers tell it: what the model asks of a token is answered from history. */
import type { TokenError } from "../../../abi/src/model/errors.ts";
import type { Answer, Tokens } from "../../../abi/src/model/tokens.ts";
import type { Address } from "../../../abi/src/model/types.ts";
import type { UsdcTransfer } from "../history.ts";

const REFUSED: TokenError = { errorName: "Refused", args: ["USDC did not move"] };

/** What the owner of some USDC has allowed is not part of the history; that it moved shows that it was enough. */
const ENOUGH = 2n ** 256n - 1n;

export class PastTokens implements Tokens<PastTokens> {
  readonly held: bigint;
  readonly #usdc: Address;
  readonly #sent: readonly UsdcTransfer[];
  readonly #next: number;

  /** @param sent The transfers by which USDC left the contract in this transaction, in order. */
  constructor(usdc: Address, held: bigint, sent: readonly UsdcTransfer[], next = 0) {
    this.held = held;
    this.#usdc = usdc;
    this.#sent = sent;
    this.#next = next;
  }

  allowance(): bigint {
    return ENOUGH;
  }

  /** USDC went to this payee if the next transfer says so. Of other tokens nothing is known. */
  transfer(token: Address, to: Address, amount: bigint): Answer<PastTokens> {
    if (token !== this.#usdc) return { tokens: this };
    const transfer = this.#sent[this.#next];
    if (transfer?.to !== to || transfer.amount !== amount) return { refused: REFUSED };
    return { tokens: new PastTokens(this.#usdc, this.held - amount, this.#sent, this.#next + 1) };
  }

  transferFrom(_from: Address, amount: bigint): Answer<PastTokens> {
    return { tokens: new PastTokens(this.#usdc, this.held + amount, this.#sent, this.#next) };
  }

  permit(): Answer<PastTokens> {
    return { tokens: this };
  }

  receiveWithAuthorization(from: Address, amount: bigint): Answer<PastTokens> {
    return this.transferFrom(from, amount);
  }
}
