/** R15 and R16: the calls of a transaction, replayed on the model of the contract, against what the chain says it did. */

import { type ContractCall, eventsIn, type HistoryTransaction } from "@luxxon/chain/settlement/history";
import { refusalName } from "@luxxon/contracts-abi";
import type { Address, ContractEvent, State } from "@luxxon/contracts-abi/model";
import { apply, type ConstructorArguments, construct, type Outcome } from "@luxxon/contracts-abi/model";
import type { Findings } from "../findings.ts";
import { attemptsIn, PastTokens } from "../tokens.ts";
import { differenceOf } from "./difference.ts";

export interface ReplayFacts {
  readonly findings: Findings;
  readonly transaction: HistoryTransaction;
  /** Before the transaction. */
  readonly state: State;
  /** USDC that the contract held then, µUSDC. */
  readonly held: bigint;
  /** If the transaction creates the contract. */
  readonly creation: ConstructorArguments | undefined;
}

/** The roles that a caller turned out to have, though the history knows nothing of it. */
export type Unannounced = { [Role in "relayer" | "owner" | "guardian"]?: Address };

/** @returns Who has to be taken for relayer, owner or guardian from here on, so that one hidden change is one finding. */
export function checkReplayed(facts: ReplayFacts): Unannounced {
  const { findings, transaction, creation } = facts;
  const { calls, entries } = transaction;
  const chain = eventsIn(entries);
  // What came through another contract and could not be traced is only known by its events.
  if (calls === undefined || (chain.length === 0 && calls.length === 0)) return {};

  const played = new Played(facts);
  if (creation !== undefined) played.create(creation);
  // Once a call went through that could not, what follows it cannot be told.
  if (!calls.every((call) => played.play(call))) return played.unannounced;
  const difference = differenceOf(played.events, chain);
  findings.check("R15", difference === undefined, () => ({
    message: difference?.message ?? "",
    expected: difference?.expected ?? "",
    found: difference?.found ?? "",
    transaction,
    sessionId: difference?.sessionId,
  }));
  return played.unannounced;
}

/** One transaction on the model. */
class Played {
  readonly events: ContractEvent[] = [];
  readonly unannounced: Unannounced = {};
  readonly #findings: Findings;
  readonly #transaction: HistoryTransaction;
  #state: State;
  #tokens: PastTokens;

  constructor({ findings, transaction, state, held }: ReplayFacts) {
    this.#findings = findings;
    this.#transaction = transaction;
    this.#state = state;
    this.#tokens = new PastTokens(state.usdc, held, attemptsIn(transaction.entries, state.address));
  }

  create(settings: ConstructorArguments): void {
    const { sender, timestamp } = this.#transaction;
    const context = { sender, timestamp: BigInt(timestamp) };
    this.#keep(construct(this.#state.address, settings, context, this.#tokens));
  }

  /** @returns Whether the call could go through. */
  play(call: ContractCall): boolean {
    let outcome = this.#applied(call);
    const role = "error" in outcome ? roleMissing(this.#state, call, outcome.error.errorName) : undefined;
    this.#checkRole(call, role);
    if (role !== undefined) {
      this.unannounced[role] = call.sender;
      this.#state = { ...this.#state, [role]: call.sender };
      outcome = this.#applied(call);
    }
    if ("error" in outcome && outcome.error.errorName === "EnforcedPause") {
      // R18 says so already.
      this.#state = { ...this.#state, paused: false };
      outcome = this.#applied(call);
    }
    if ("error" in outcome) this.#wentThrough(call, errorText(outcome.error));
    return this.#keep(outcome);
  }

  #applied({ sender, call }: ContractCall): Outcome<PastTokens> {
    return apply(this.#state, call, { sender, timestamp: BigInt(this.#transaction.timestamp) }, this.#tokens);
  }

  #keep(outcome: Outcome<PastTokens>): boolean {
    if ("error" in outcome) return false;
    this.#state = outcome.state;
    this.#tokens = outcome.tokens;
    this.events.push(...outcome.events);
    return true;
  }

  #checkRole({ sender, call }: ContractCall, role: keyof Unannounced | undefined): void {
    this.#findings.check("R16", role === undefined, () => ({
      message: `${call.functionName} was called by ${sender}, who was not the ${role} as far as the history says.`,
      expected: role === undefined ? "" : `the ${role}, ${this.#state[role]}`,
      found: sender,
      transaction: this.#transaction,
      account: sender,
    }));
  }

  #wentThrough({ sender, call }: ContractCall, refusal: string): void {
    this.#findings.check("R15", false, () => ({
      message: `${call.functionName} by ${sender} went through, and by the contract's rules it could not.`,
      expected: `refused with ${refusal}`,
      found: "it went through",
      transaction: this.#transaction,
      account: sender,
    }));
  }
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
