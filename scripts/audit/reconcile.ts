/** Makes an audit of a history: replays it, reads the end from the chain, and holds both against the rules. */
import type { Address, Hex } from "viem";
import { Findings } from "./findings.ts";
import type { Elsewhere, History, Replayed, StateOnChain } from "./history.ts";
import { reachOf } from "./reach.ts";
import { replay } from "./replay/replay.ts";
import { onCode } from "./rules/code.ts";
import { onDays } from "./rules/days.ts";
import { elsewhereNotes, onElsewhere } from "./rules/elsewhere.ts";
import { onEnd } from "./rules/endState.ts";
import type { AccountTotals, Audit, EndState } from "./types.ts";

export interface ReconcileOptions {
  /** In 1/10,000; undefined: fees are not held against anything. */
  readonly announcedFeeBps: number | undefined;
  /** Reads what the contract says at the end of everybody and everything that appeared. */
  readonly readState: (accounts: readonly Address[], ids: readonly Hex[]) => Promise<StateOnChain>;
  /** Asks the chain's other contracts which of these sessions they have settled too. */
  readonly readElsewhere: (ids: readonly Hex[]) => Promise<Elsewhere[]>;
}

/** @throws {UsageError} if the history does not begin with the contract's creation. */
export async function reconcile(
  history: History,
  { announcedFeeBps, readState, readElsewhere }: ReconcileOptions,
): Promise<Audit> {
  const findings = new Findings();
  const replayed = await replay(history, findings, announcedFeeBps);
  const { books, ids } = replayed;
  const { settlements, skipped, movements, changes, transactions } = books;
  const accounts = [...books.accounts.keys()].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const chain = await readState(accounts, [...ids.keys()]);
  onEnd(replayed, chain, findings);
  if (announcedFeeBps !== undefined) findings.add(onDays(books, announcedFeeBps));
  const elsewhere = await readElsewhere(settlements.map(({ sessionId }) => sessionId));
  onElsewhere(settlements, elsewhere, findings);
  findings.add(onCode(history));
  return {
    target: history.target,
    announcedFeeBps,
    rules: findings.results(),
    violations: findings.violations,
    settlements,
    skipped,
    movements,
    changes,
    transactions,
    accounts: accounts.map((account) => totalsOf(account, replayed, chain)),
    days: [...books.days.values()],
    end: endOf(chain),
    reach: reachOf(history, chain),
    notes: [...history.notes, ...untracedNote(replayed), ...elsewhereNotes(elsewhere)],
  };
}

function totalsOf(account: Address, { books }: Replayed, { accounts }: StateOnChain): AccountTotals {
  const { deposited, withdrawn, charged, earned, claimed } = books.of(account);
  const { balance, credits } = accounts.get(account) ?? { balance: 0n, credits: 0n };
  return { account, deposited, withdrawn, charged, earned, claimed, deposits: balance, credits };
}

function endOf({ end }: StateOnChain): EndState {
  const { totalDeposits, totalCredits, usdcBalance, poolDailyLimit, defaultDailyLimit, paused } = end;
  const { owner, relayer, guardian, platformWallet } = end;
  return {
    totalDeposits,
    totalCredits,
    usdcBalance,
    poolDailyLimit,
    defaultDailyLimit,
    paused,
    owner,
    relayer,
    guardian,
    platformWallet,
    // What is missing to what is owed is a negative surplus, where the contract itself gives no answer.
    surplus: end.surplus ?? usdcBalance - totalDeposits - totalCredits,
  };
}

function untracedNote({ untraced, played }: Replayed): string[] {
  if (untraced === 0) return [];
  return [
    `${untraced} of ${played} transactions came through another contract, or called back from one, and the endpoint does not trace transactions: of these only the events were checked, not what was submitted and by whom. An endpoint with debug_traceTransaction and --no-cache checks them too.`,
  ];
}
