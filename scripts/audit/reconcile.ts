/** Makes an audit of a history: replays it, reads the end from the chain, and holds both against the rules. */
import { Findings, resultsOf } from "./findings.ts";
import type { Elsewhere, EndOnChain, History, Replayed } from "./history.ts";
import { reachOf } from "./reach.ts";
import type { Kept } from "./replay/kept.ts";
import { replay } from "./replay/replay.ts";
import { onCode } from "./rules/code.ts";
import { elsewhereNotes, onElsewhere } from "./rules/elsewhere.ts";
import { onEnd } from "./rules/endState.ts";
import { onDays } from "./rules/fees.ts";
import { onCreation } from "./rules/settings.ts";
import { accountTotals } from "./store/accountTotals.ts";
import type { Store } from "./store/store.ts";
import { together } from "./store/together.ts";
import type { Audit, EndState } from "./types.ts";

/** How much of the contract's end there is to read. */
export interface Much {
  readonly accounts: number;
  readonly words: number;
}

export interface ReconcileOptions {
  readonly store: Store;
  /** What the store has kept of the replay so far; undefined: nothing. */
  readonly before: Kept | undefined;
  /** In 1/10,000; undefined: fees are not held against anything. */
  readonly announcedFeeBps: number | undefined;
  /** Gives what the contract says at the end. */
  readonly withEnd: <T>(much: Much, judge: (end: EndOnChain) => Promise<T>) => Promise<T>;
  /** The chain's other contracts. */
  readonly elsewhere: readonly Elsewhere[];
}

/** @throws {UsageError} if the history does not begin with the contract's creation. */
export async function reconcile(history: History, options: ReconcileOptions): Promise<Audit> {
  const { store, before, announcedFeeBps, withEnd, elsewhere } = options;
  const replayed = await replay(history, store, before, announcedFeeBps);
  const { books, creation, findings } = replayed;
  // Whoever fails to answer for another contract has not failed to prove this one's state.
  const others = new Findings();
  await onElsewhere(store, elsewhere, others);
  const twice = others.take();
  const much = { accounts: store.sums.count(), words: store.words.count() };
  const { ending, accounts, chain } = await withEnd(much, (chain) =>
    store.atEnd(async (place) => {
      const ending = new Findings();
      const write = () => store.violations.end.add(ending.take());
      const accounts = await onEnd(replayed, store, chain, ending, place, write);
      ending.add(onCreation(creation.args, history.recordedArgs), { transaction: creation });
      if (announcedFeeBps !== undefined) ending.add(onDays(books.days.values(), announcedFeeBps));
      ending.add(onCode(history));
      write();
      store.violations.end.add(twice);
      return { ending, accounts, chain };
    }),
  );
  const { violations } = store;
  // An audit that knows of no announced fee does not speak of what another has found about it.
  const ofFees = announcedFeeBps !== undefined;
  const journals = [violations.history, ...(ofFees ? [violations.fees] : []), violations.end];
  return {
    target: history.target,
    announcedFeeBps,
    rules: resultsOf([findings.history, ...(ofFees ? [findings.fees] : []), ending, others]),
    violations: together(journals.map((journal) => journal.rows())),
    settlements: store.settlements.rows(),
    skipped: store.skipped.rows(),
    movements: store.movements.rows(),
    changes: store.changes.rows(),
    transactions: store.transactions.rows(),
    accounts: accountTotals(store, accounts),
    days: [...books.days.values()].map(({ announced: _, ...day }) => day),
    end: endOf(chain),
    reach: reachOf(history, replayed, chain),
    notes: [...history.notes, ...untracedNote(replayed), ...elsewhereNotes(elsewhere)],
  };
}

function endOf({ settings: end }: EndOnChain): EndState {
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
