/** Replays the calls of a transaction on the model of the contract, against what the chain says it did: R15 and R16. */

import { type ContractCall, eventsIn, type HistoryTransaction } from "@luxxon/chain/settlement/history";
import { refusalName } from "@luxxon/contracts-abi";
import type { Address, ContractEvent, State } from "@luxxon/contracts-abi/model";
import { accountOf, apply, type ConstructorArguments, construct, type Outcome } from "@luxxon/contracts-abi/model";
import type { Rulings } from "../findings.ts";
import { attemptsIn, PastTokens } from "../tokens.ts";
import { differenceOf } from "./difference.ts";

/** The roles that a caller turned out to have, though the history knows nothing of it. */
export type Unannounced = { [Role in "relayer" | "owner" | "guardian"]?: Address };

/** The contract before the transaction, and the USDC that it held then, µUSDC. */
interface Before {
  readonly state: State;
  readonly held: bigint;
}

/**
 * @param creation If the transaction creates the contract.
 * @param rule Is told what R15 and R16 say, call by call.
 * @returns Who has to be taken for relayer, owner or guardian from here on, so that one hidden change is one finding.
 */
export function onCalls(
  before: Before,
  transaction: HistoryTransaction,
  creation: ConstructorArguments | undefined,
  rule: (rulings: Rulings) => void,
): Unannounced {
  const { calls, entries } = transaction;
  const chain = eventsIn(entries);
  // What came through another contract and could not be traced is only known by its events.
  if (calls === undefined || (chain.length === 0 && calls.length === 0)) return {};

  const played = new Played(before, transaction, rule);
  if (creation !== undefined) played.create(creation);
  // Once a call went through that could not, what follows it cannot be told.
  if (calls.every((call) => played.play(call))) rule({ R15: differenceOf(played.events, chain) ?? true });
  return played.unannounced;
}

/** One transaction on the model. */
class Played {
  readonly events: ContractEvent[] = [];
  readonly unannounced: Unannounced = {};
  readonly #timestamp: bigint;
  readonly #sender: Address;
  readonly #rule: (rulings: Rulings) => void;
  #state: State;
  #tokens: PastTokens;

  constructor({ state, held }: Before, transaction: HistoryTransaction, rule: (rulings: Rulings) => void) {
    this.#timestamp = BigInt(transaction.timestamp);
    this.#sender = transaction.sender;
    this.#rule = rule;
    this.#state = state;
    this.#tokens = new PastTokens(state.usdc, held, attemptsIn(transaction.entries, state.address));
  }

  create(settings: ConstructorArguments): void {
    const context = { sender: this.#sender, timestamp: this.#timestamp };
    this.#keep(construct(this.#state.address, settings, context, this.#tokens));
  }

  /** @returns Whether the call could go through. */
  play(call: ContractCall): boolean {
    const { sender } = call;
    const { functionName } = call.call;
    let outcome = this.#applied(call);
    const role = "error" in outcome ? roleMissing(this.#state, call, outcome.error.errorName) : undefined;
    this.#rule({
      R16: role === undefined || {
        message: `${functionName} was called by ${sender}, who was not the ${role} as far as the history says.`,
        expected: `the ${role}, ${this.#state[role]}`,
        found: sender,
        account: sender,
      },
    });
    if (role !== undefined) {
      this.unannounced[role] = sender;
      this.#state = { ...this.#state, [role]: sender };
      outcome = this.#applied(call);
    }
    if ("error" in outcome) {
      const cleared = withoutHindrance(this.#state, call, outcome.error.errorName);
      if (cleared !== undefined) {
        this.#state = cleared;
        outcome = this.#applied(call);
      }
    }
    if ("error" in outcome && call.call.functionName === "hold") {
      // R31 says so already, and the promise is taken as it was made.
      const [until] = call.call.args;
      this.#state = heldUntil(this.#state, sender, until);
      this.events.push({ eventName: "Held", args: { consumer: sender, until } });
      return true;
    }
    if ("error" in outcome) {
      const R15 = {
        message: `${functionName} by ${sender} went through, and by the contract's rules it could not.`,
        expected: `refused with ${errorText(outcome.error)}`,
        found: "it went through",
        account: sender,
      };
      this.#rule({ R15 });
    }
    return this.#keep(outcome);
  }

  #applied({ sender, call }: ContractCall): Outcome<PastTokens> {
    return apply(this.#state, call, { sender, timestamp: this.#timestamp }, this.#tokens);
  }

  #keep(outcome: Outcome<PastTokens>): boolean {
    if ("error" in outcome) return false;
    this.#state = outcome.state;
    this.#tokens = outcome.tokens;
    this.events.push(...outcome.events);
    return true;
  }
}

/** The contract without what a rule of its own says already: a pause R18, the caller's hold R29 and R30. */
function withoutHindrance(state: State, { sender }: ContractCall, errorName: string): State | undefined {
  if (errorName === "EnforcedPause") return { ...state, paused: false };
  return errorName === "HeldUntil" ? heldUntil(state, sender, 0n) : undefined;
}

function heldUntil(state: State, consumer: Address, until: bigint): State {
  return { ...state, accounts: state.accounts.set(consumer, { ...accountOf(state, consumer), heldUntil: until }) };
}

/** The role that the caller lacks, if it is a role that is announced by an event. */
function roleMissing(state: State, { sender, call }: ContractCall, errorName: string): keyof Unannounced | undefined {
  if (errorName === "NotRelayer") return "relayer";
  if (errorName === "NotGuardian") return "guardian";
  if (errorName !== "OwnableUnauthorizedAccount") return undefined;
  return call.functionName === "acceptOwnership" || sender === state.owner ? undefined : "owner";
}

/** "SettlementRefused, FeeTooHigh" */
function errorText({ errorName, args }: { errorName: string; args: readonly unknown[] }): string {
  return errorName === "SettlementRefused" ? `${errorName}, ${refusalName(Number(args[1]))}` : errorName;
}
