/** R15 and R16: the calls of a transaction, replayed on the model of the contract, against what the chain says it did. */
import { apply, type ConstructorArguments, construct, type Outcome } from "../../../abi/src/model/apply.ts";
import type { ContractEvent } from "../../../abi/src/model/events.ts";
import type { State } from "../../../abi/src/model/state.ts";
import type { Address, Hex } from "../../../abi/src/model/types.ts";
import { refusalName } from "../../../abi/src/refusal.ts";
import type { Findings } from "../findings.ts";
import { type ContractCall, type EventNamed, eventsIn, type HistoryTransaction, type PastEvent } from "../history.ts";
import { attemptsIn, PastTokens } from "../replay/tokens.ts";
import { money, session } from "../words.ts";
import { nameOf } from "./skipped.ts";

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
  if (chain.length === 0 && (calls ?? []).length === 0) return {};
  // What came through another contract and could not be traced is only known by its events.
  if (calls === undefined) return {};

  let { state } = facts;
  const unannounced: Unannounced = {};
  let tokens = new PastTokens(state.usdc, facts.held, attemptsIn(entries, state.address));
  const events: ContractEvent[] = [];

  if (creation !== undefined) {
    const context = { sender: transaction.sender, timestamp: BigInt(transaction.timestamp) };
    const outcome = construct(state.address, creation, context, tokens);
    if ("state" in outcome) {
      state = outcome.state;
      events.push(...outcome.events);
    }
  }
  for (const call of calls) {
    let outcome = applied(state, call, transaction, tokens);
    const role = "error" in outcome ? roleMissing(state, call, outcome.error.errorName) : undefined;
    findings.check("R16", role === undefined, () => ({
      message: `${call.call.functionName} was called by ${call.sender}, who was not the ${role} as far as the history says.`,
      expected: role === undefined ? "" : `the ${role}, ${state[role]}`,
      found: call.sender,
      transaction,
      account: call.sender,
    }));
    if (role !== undefined) {
      unannounced[role] = call.sender;
      state = { ...state, [role]: call.sender };
      outcome = applied(state, call, transaction, tokens);
    }
    if ("error" in outcome && outcome.error.errorName === "EnforcedPause") {
      // R18 says so already.
      state = { ...state, paused: false };
      outcome = applied(state, call, transaction, tokens);
    }
    if ("error" in outcome) {
      const refusal = errorText(outcome.error);
      findings.check("R15", false, () => ({
        message: `${call.call.functionName} by ${call.sender} went through, and by the contract's rules it could not.`,
        expected: `refused with ${refusal}`,
        found: "it went through",
        transaction,
        account: call.sender,
      }));
      return unannounced;
    }
    ({ state, tokens } = outcome);
    events.push(...outcome.events);
  }

  const difference = differenceOf(events, chain);
  findings.check("R15", difference === undefined, () => ({
    message: difference?.message ?? "",
    expected: difference?.expected ?? "",
    found: difference?.found ?? "",
    transaction,
    sessionId: difference?.sessionId,
  }));
  return unannounced;
}

function applied(
  state: State,
  { sender, call }: ContractCall,
  { timestamp }: HistoryTransaction,
  tokens: PastTokens,
): Outcome<PastTokens> {
  return apply(state, call, { sender, timestamp: BigInt(timestamp) }, tokens);
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

interface Difference {
  message: string;
  expected: string;
  found: string;
  sessionId: Hex | undefined;
}

/** The first event that is not the one that was to come. The reason of a skipped session has a rule of its own. */
function differenceOf(expected: readonly ContractEvent[], found: readonly ContractEvent[]): Difference | undefined {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    const [wanted, actual] = [expected[i], found[i]];
    if (wanted !== undefined && actual !== undefined && isSame(wanted, actual)) continue;
    const sessionId = sessionOf(actual) ?? sessionOf(wanted);
    const about = sessionId === undefined ? "" : ` (${session(sessionId)})`;
    return {
      message: `What the transaction submitted gives other events than the chain shows${about}.`,
      ...texts(wanted, actual),
      sessionId,
    };
  }
  return undefined;
}

function isSame(one: ContractEvent, other: ContractEvent): boolean {
  if (one.eventName !== other.eventName) return false;
  const names = Object.keys(one.args).filter((name) => name !== "reason");
  return names.every((name) => argumentOf(one, name) === argumentOf(other, name));
}

function argumentOf({ args }: ContractEvent, name: string): unknown {
  return (args as Record<string, unknown>)[name];
}

function sessionOf(event: ContractEvent | undefined): Hex | undefined {
  return event !== undefined && "sessionId" in event.args ? event.args.sessionId : undefined;
}

/** Both events, of two of one kind only what differs. */
function texts(wanted: ContractEvent | undefined, actual: ContractEvent | undefined) {
  const isSameKind = wanted !== undefined && actual !== undefined && wanted.eventName === actual.eventName;
  const names = isSameKind
    ? Object.keys(wanted.args).filter((name) => argumentOf(wanted, name) !== argumentOf(actual, name))
    : undefined;
  return { expected: textOf(wanted, names), found: textOf(actual, names) };
}

function textOf(event: ContractEvent | undefined, names: readonly string[] | undefined): string {
  if (event === undefined) return "no further event";
  if (event.eventName === "SettlementSkipped") return `skipped as ${nameOf(event.args.reason)}`;
  const shown = (names ?? Object.keys(event.args)).filter((name) => name !== "sessionId");
  return `${event.eventName} with ${shown.map((name) => `${name} ${valueText(name, argumentOf(event, name))}`).join(", ")}`;
}

/** Every number in an event is an amount but one. */
function valueText(name: string, value: unknown): string {
  return typeof value === "bigint" && name !== "chargeableSeconds" ? money(value) : String(value);
}

/** What the constructor was given, as its events tell it; undefined: the transaction does not create the contract. */
export function creationOf({ entries }: HistoryTransaction, usdc: Address): ConstructorArguments | undefined {
  const events = eventsIn(entries);
  const find = <Name extends PastEvent["eventName"]>(name: Name): EventNamed<Name>["args"] | undefined =>
    events.find(({ eventName }) => eventName === name)?.args as EventNamed<Name>["args"] | undefined;
  const [owner, relayer, guardian] = [find("OwnershipTransferred"), find("RelayerSet"), find("GuardianSet")];
  const [wallet, byDefault, pool] = [
    find("PlatformWalletSet"),
    find("DefaultDailyLimitSet"),
    find("PoolDailyLimitSet"),
  ];
  if (events[0]?.eventName !== "OwnershipTransferred" || BigInt(events[0].args.previousOwner) !== 0n) return undefined;
  if (!owner || !relayer || !guardian || !wallet || !byDefault || !pool) return undefined;
  return {
    usdc,
    owner: owner.newOwner,
    relayer: relayer.newRelayer,
    guardian: guardian.newGuardian,
    platformWallet: wallet.newPlatformWallet,
    defaultDailyLimit: byDefault.newLimit,
    poolDailyLimit: pool.newLimit,
  };
}
