/**
 * The settlement rules as a pure model: a state and a call in, what becomes of them out. It was written from the text of
 * the rules and shares no code with the contract, so that each can be held against the other.
 *
 * Not modelled: gas, and calls back into the contract while a call is under way (the contract refuses them).
 */
import type { Call, Context } from "./calls.ts";
import { depositFor, depositWithAuthorization, depositWithPermit, withdraw, withdrawAll } from "./deposits.ts";
import { type ContractError, Revert, type TokenError } from "./errors.ts";
import type { ContractEvent, Transfer } from "./events.ts";
import { Execution } from "./execution.ts";
import * as settings from "./settings.ts";
import { claim, settleBatch, settleFromPool } from "./settlements.ts";
import { blankState, type State } from "./state.ts";
import type { Tokens } from "./tokens.ts";
import { type Address, ZERO_ADDRESS } from "./types.ts";

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

/** The constructor: the contract at `address`, as `context.sender` creates it. */
export function construct<T extends Tokens<T>>(
  address: Address,
  settlement: ConstructorArguments,
  context: Context,
  tokens: T,
): Outcome<T> {
  return run(new Execution(blankState(address, settlement.usdc, ZERO_ADDRESS), context, tokens), (execution) => {
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
 */
export function apply<T extends Tokens<T>>(state: State, call: Call, context: Context, tokens: T): Outcome<T> {
  return run(new Execution(state, context, tokens), (execution) => perform(execution, call));
}

function run<T extends Tokens<T>>(
  execution: Execution<T>,
  body: (execution: Execution<T>) => bigint | undefined,
): Outcome<T> {
  try {
    const returns = body(execution);
    const { state, tokens, events, transfers } = execution;
    return { state, tokens, events, transfers, returns };
  } catch (thrown) {
    if (thrown instanceof Revert) return { error: thrown.error };
    throw thrown;
  }
}

/** What only the owner may call. */
const OWNERS_CALLS: ReadonlySet<Call["functionName"]> = new Set([
  "setDefaultDailyLimit",
  "setPoolDailyLimit",
  "setRelayer",
  "setGuardian",
  "setPlatformWallet",
  "unpause",
  "rescue",
  "transferOwnership",
  "renounceOwnership",
] as const);

function perform<T extends Tokens<T>>(execution: Execution<T>, call: Call): bigint | undefined {
  if (OWNERS_CALLS.has(call.functionName)) execution.requireOwner();
  switch (call.functionName) {
    case "deposit":
      depositFor(execution, execution.sender, ...call.args);
      return;
    case "depositFor":
      depositFor(execution, ...call.args);
      return;
    case "depositWithPermit":
      depositWithPermit(execution, ...call.args);
      return;
    case "depositWithAuthorization":
      depositWithAuthorization(execution, ...call.args);
      return;
    case "withdraw":
      withdraw(execution, ...call.args);
      return;
    case "withdrawAll":
      return withdrawAll(execution);
    case "settleFromPool": {
      const [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] = call.args;
      settleFromPool(execution, { sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount });
      return;
    }
    case "settleBatch":
      return settleBatch(execution, ...call.args);
    case "claim":
      return claim(execution, ...call.args);
    case "setDailyLimit":
      settings.setDailyLimit(execution, ...call.args);
      return;
    case "setDefaultDailyLimit":
      settings.setDefaultDailyLimit(execution, ...call.args);
      return;
    case "setPoolDailyLimit":
      settings.setPoolDailyLimit(execution, ...call.args);
      return;
    case "setRelayer":
      settings.setRelayer(execution, ...call.args);
      return;
    case "setGuardian":
      settings.setGuardian(execution, ...call.args);
      return;
    case "setPlatformWallet":
      settings.setPlatformWallet(execution, ...call.args);
      return;
    case "pause":
      settings.pause(execution);
      return;
    case "unpause":
      settings.unpause(execution);
      return;
    case "rescue":
      settings.rescue(execution, ...call.args);
      return;
    case "transferOwnership":
      settings.transferOwnership(execution, ...call.args);
      return;
    case "acceptOwnership":
      settings.acceptOwnership(execution);
      return;
    case "renounceOwnership":
      settings.becomeOwner(execution, ZERO_ADDRESS);
      return;
  }
}
