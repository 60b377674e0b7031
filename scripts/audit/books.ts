/** Keeps the books of a replay: every session, movement and change, everybody's sums, and each day's. */

import type { State } from "@luxxon/contracts-abi/model";
import type { Address } from "viem";
import { announcedFee } from "./rules/fees.ts";
import type { Place, Store } from "./store/store.ts";
import { dateOf } from "./text.ts";
import type { Change, Day, Movement, Settlement, SettlingTransaction, Skipped } from "./types.ts";

/** What the events of one account add up to, µUSDC. */
export interface Sums {
  deposited: bigint;
  withdrawn: bigint;
  charged: bigint;
  earned: bigint;
  credited: bigint;
  claimed: bigint;
}

/** A day, and what its fees would be by the announced share, session by session; 0 if none is announced. */
export interface BookedDay extends Day {
  announced: bigint;
}

/** What has come since the store was written. */
interface News {
  readonly settlements: Settlement[];
  readonly skipped: Skipped[];
  readonly movements: Movement[];
  readonly changes: Change[];
  readonly transactions: SettlingTransaction[];
}

export class Books {
  readonly days: Map<string, BookedDay>;
  readonly #store: Store;
  readonly #feeBps: number | undefined;
  #news = nothingNew();
  /** Of whoever has appeared since the store was written. */
  readonly #sums = new Map<Address, Sums>();
  readonly #changedDays = new Set<BookedDay>();
  /** History goes forwards, so the day that is asked for is nearly always the one before. */
  #today: { day: BookedDay; from: number; to: number } | undefined;

  /** @param announcedFeeBps In 1/10,000; undefined: none is. */
  constructor(store: Store, announcedFeeBps: number | undefined) {
    this.#store = store;
    this.#feeBps = announcedFeeBps;
    this.days = new Map(store.days.entries());
  }

  settle(settlement: Settlement): void {
    const { timestamp, from, to, feeTo, toAmount, feeAmount } = settlement;
    const total = toAmount + feeAmount;
    this.#news.settlements.push(settlement);
    this.of(from).charged += total;
    this.of(to).earned += toAmount;
    this.of(feeTo).earned += feeAmount;
    const day = this.#day(timestamp);
    day.sessions++;
    day.settled += total;
    day.fees += feeAmount;
    if (this.#feeBps !== undefined) day.announced += announcedFee(total, this.#feeBps);
  }

  skip(skipped: Skipped): void {
    this.#news.skipped.push(skipped);
    this.#day(skipped.timestamp).skipped++;
  }

  move(movement: Movement): void {
    const { timestamp, kind, account, amount } = movement;
    this.#news.movements.push(movement);
    if (kind === "Rescued") return;
    this.of(account)[COLUMN[kind]] += amount;
    if (kind === "Deposited") this.#day(timestamp).deposited += amount;
    if (kind === "Withdrawn") this.#day(timestamp).withdrawn += amount;
  }

  change(change: Change): void {
    this.#news.changes.push(change);
  }

  /** What a transaction settled; several batches of one transaction are one. */
  submit(transaction: SettlingTransaction): void {
    const { transactions } = this.#news;
    const last = transactions.at(-1);
    if (last?.transactionHash === transaction.transactionHash) {
      last.settled += transaction.settled;
      last.skipped += transaction.skipped;
    } else {
      transactions.push(transaction);
    }
  }

  /** An account's sums; whoever is asked for has appeared. */
  of(account: Address): Sums {
    const known = this.#sums.get(account);
    if (known !== undefined) return known;
    const sums = { ...(this.#store.sums.get(account) ?? NO_SUMS) };
    this.#sums.set(account, sums);
    return sums;
  }

  /** What stands at the end of the day, as far as it has come. */
  close(timestamp: number, { pool, totalCredits }: State): void {
    Object.assign(this.#day(timestamp), { totalDeposits: pool.balance, totalCredits });
  }

  /** Puts all that is new into the store. */
  write({ part, oldest }: Place): void {
    const { settlements, skipped, movements, changes, transactions, sums, days } = this.#store;
    settlements.add(this.#news.settlements);
    skipped.add(this.#news.skipped);
    movements.add(this.#news.movements);
    changes.add(this.#news.changes);
    transactions.add(this.#news.transactions);
    for (const [account, its] of this.#sums) sums.put(account, its, part, oldest);
    for (const day of this.#changedDays) days.put(day.date, { ...day }, part, oldest);
    this.#news = nothingNew();
    this.#sums.clear();
    this.#changedDays.clear();
    this.#today = undefined;
  }

  /** The day of a moment. */
  #day(timestamp: number): BookedDay {
    const today = this.#today;
    if (today !== undefined && timestamp >= today.from && timestamp < today.to) return today.day;
    const from = timestamp - (timestamp % SECONDS);
    const date = dateOf(from);
    const day = this.days.get(date) ?? { date, ...NOTHING };
    this.days.set(date, day);
    this.#changedDays.add(day);
    this.#today = { day, from, to: from + SECONDS };
    return day;
  }
}

/** Which of an account's sums a movement goes into. */
const COLUMN = {
  Deposited: "deposited",
  Withdrawn: "withdrawn",
  PayoutCredited: "credited",
  CreditClaimed: "claimed",
} as const;

/** Of a day in UTC, which has no leap seconds on chain. */
const SECONDS = 86_400;

const NO_SUMS: Sums = { deposited: 0n, withdrawn: 0n, charged: 0n, earned: 0n, credited: 0n, claimed: 0n };

const NOTHING: Omit<BookedDay, "date"> = {
  settled: 0n,
  fees: 0n,
  sessions: 0,
  skipped: 0,
  deposited: 0n,
  withdrawn: 0n,
  totalDeposits: 0n,
  totalCredits: 0n,
  announced: 0n,
};

function nothingNew(): News {
  return { settlements: [], skipped: [], movements: [], changes: [], transactions: [] };
}
