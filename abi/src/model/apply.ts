/**
 * Plays the contract's rules: a state and a call in, what becomes of them out. The model was written from the text of the
 * rules and shares no code with the contract, so that each can be held against the other.
 *
 * Not modelled: gas, and calls back into the contract while a call is under way (the contract refuses them).
 */
import type { Call, Context } from "./calls.ts";
import { type ContractError, Revert, type TokenError } from "./errors.ts";
import type { ContractEvent, Transfer } from "./events.ts";
import { Execution } from "./execution.ts";
import { perform } from "./functions.ts";
import * as settings from "./settings.ts";
import { blankState, type State } from "./state.ts";
import type { Tokens } from "./tokens.ts";
import type { Address } from "./types.ts";

/** A call that went through. */
export interface Done<T> {
  readonly state: State;
  readonly tokens: T;
  /** What the contract said, in order. */
  readonly events: readonly ContractEvent[];
  /** What moved, in order. */
  readonly transfers: readonly Transfer[];
  /** What the function returns: `withdrawAll`, `settleBatch` and `claim` a uint256, the others nothing. */
  readonly returns: bigint | undefined;
}

/** A call that reverted: nothing has changed. */
export interface Reverted {
  readonly error: ContractError | TokenError;
}

export type Outcome<T> = Done<T> | Reverted;

/** What the constructor takes, in its order. Zero addresses are refused, except guardian; a limit of 0 is no limit. */
export interface ConstructorArguments {
  readonly usdc: Address;
  readonly owner: Address;
  readonly relayer: Address;
  readonly guardian: Address;
  readonly platformWallet: Address;
  readonly defaultDailyLimit: bigint;
  readonly poolDailyLimit: bigint;
}

/**
 * The constructor: the contract at `address`, as `context.sender` creates it.
 *
 * @param tokens USDC before the call; it is not changed.
 * @returns Reverts with `ZeroAddress` if `usdc`, `owner`, `relayer` or `platformWallet` is zero.
 */
export function construct<T extends Tokens<T>>(
  address: Address,
  settlement: ConstructorArguments,
  context: Context,
  tokens: T,
): Outcome<T> {
  return run(blankState(address, settlement.usdc), context, tokens, (execution) => {
    settings.requireNonZero(settlement.owner);
    settings.becomeOwner(execution, settlement.owner);
    settings.requireNonZero(settlement.usdc);
    settings.setRelayer(execution, settlement.relayer);
    settings.setGuardian(execution, settlement.guardian);
    settings.setPlatformWallet(execution, settlement.platformWallet);
    settings.setDefaultDailyLimit(execution, settlement.defaultDailyLimit);
    settings.setPoolDailyLimit(execution, settlement.poolDailyLimit);
  });
}

/**
 * Any other call.
 *
 * @param state What the contract stores before the call; it is not changed.
 * @param call The function and its arguments.
 * @param context Who calls, and when.
 * @param tokens USDC before the call; it is not changed.
 * @returns What has become of state and tokens, or the error with which the contract reverts.
 */
export function apply<T extends Tokens<T>>(state: State, call: Call, context: Context, tokens: T): Outcome<T> {
  return run(state, context, tokens, (execution) => perform(execution, call));
}

function run<T extends Tokens<T>>(
  before: State,
  context: Context,
  tokensBefore: T,
  body: (execution: Execution) => unknown,
): Outcome<T> {
  const execution = new Execution(before, context, tokensBefore);
  try {
    const returned = body(execution);
    const { state, tokens, events, transfers } = execution;
    const returns = typeof returned === "bigint" ? returned : undefined;
    // Tokens of type T answer with tokens of type T.
    return { state, tokens: tokens as T, events, transfers, returns };
  } catch (thrown) {
    if (thrown instanceof Revert) return { error: thrown.error };
    throw thrown;
  }
}
