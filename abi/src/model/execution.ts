/** Collects what one call has done so far. It is thrown away if the call reverts. */
import type { Context } from "./calls.ts";
import { type ContractError, ensure, Revert } from "./errors.ts";
import type { ContractEvent, Transfer } from "./events.ts";
import type { State } from "./state.ts";
import type { Answer, Tokens } from "./tokens.ts";
import { type Account, type Address, sameAddress } from "./types.ts";

/** Whatever tokens the caller brought: each answer brings others of the same kind. */
interface AnyTokens extends Tokens<AnyTokens> {}

export class Execution {
  readonly sender: Address;
  readonly timestamp: bigint;
  readonly events: ContractEvent[] = [];
  readonly transfers: Transfer[] = [];
  state: State;
  tokens: AnyTokens;

  constructor(state: State, { sender, timestamp }: Context, tokens: AnyTokens) {
    this.state = state;
    this.sender = sender;
    this.timestamp = timestamp;
    this.tokens = tokens;
  }

  /** Changes what the contract stores. */
  change(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
  }

  changeAccount(consumer: Address, account: Account): void {
    this.change({ accounts: this.state.accounts.set(consumer, account) });
  }

  emit(event: ContractEvent): void {
    this.events.push(event);
  }

  /** Sends tokens; false if the token refuses, and then nothing has happened. */
  trySend(token: Address, to: Address, amount: bigint): boolean {
    const answer = this.tokens.transfer(token, to, amount);
    if ("refused" in answer) return false;
    this.tokens = answer.tokens;
    this.transfers.push({ token, from: this.state.address, to, amount });
    return true;
  }

  /** Sends tokens, or reverts with the token's own error. */
  send(token: Address, to: Address, amount: bigint): void {
    this.accept(this.tokens.transfer(token, to, amount));
    this.transfers.push({ token, from: this.state.address, to, amount });
  }

  /** Goes on with a call by which USDC has come in, or reverts with the token's own error. */
  receive(from: Address, amount: bigint, answer: Answer<AnyTokens>): void {
    this.accept(answer);
    this.transfers.push({ token: this.state.usdc, from, to: this.state.address, amount });
  }

  private accept(answer: Answer<AnyTokens>): void {
    if ("refused" in answer) throw new Revert(answer.refused);
    this.tokens = answer.tokens;
  }

  requireNotPaused(): void {
    ensure(!this.state.paused, () => ({ errorName: "EnforcedPause", args: [] }));
  }

  requireOwner(): void {
    this.requireIs(this.state.owner, (account) => ({ errorName: "OwnableUnauthorizedAccount", args: [account] }));
  }

  /** The caller must be this account. */
  requireIs(who: Address, error: (caller: Address) => ContractError): void {
    ensure(sameAddress(this.sender, who), () => error(this.sender));
  }
}
