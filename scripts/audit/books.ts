/** Keeps the books of a replay: every session, movement and change, everybody's sums, and each day's. */

import type { State } from "@luxxon/contracts-abi/model";
import type { Address } from "viem";
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

export class Books {
  readonly settlements: Settlement[] = [];
  readonly skipped: Skipped[] = [];
  readonly movements: Movement[] = [];
  readonly changes: Change[] = [];
  readonly transactions: SettlingTransaction[] = [];
  readonly accounts = new Map<Address, Sums>();
  readonly days = new Map<string, Day>();
  /** History goes forwards, so the day that is asked for is nearly always the one before. */
  #today: { day: Day; from: number; to: number } | undefined;

  settle(settlement: Settlement): void {
    const { timestamp, from, to, feeTo, toAmount, feeAmount } = settlement;
    const total = toAmount + feeAmount;
    this.settlements.push(settlement);
    this.of(from).charged += total;
    this.of(to).earned += toAmount;
    this.of(feeTo).earned += feeAmount;
    const day = this.#day(timestamp);
    day.sessions++;
    day.settled += total;
    day.fees += feeAmount;
  }

  skip(skipped: Skipped): void {
    this.skipped.push(skipped);
    this.#day(skipped.timestamp).skipped++;
  }

  move(movement: Movement): void {
    const { timestamp, kind, account, amount } = movement;
    this.movements.push(movement);
    if (kind === "Rescued") return;
    this.of(account)[COLUMN[kind]] += amount;
    if (kind === "Deposited") this.#day(timestamp).deposited += amount;
    if (kind === "Withdrawn") this.#day(timestamp).withdrawn += amount;
  }

  /** What a transaction settled; several batches of one transaction are one. */
  submit(transaction: SettlingTransaction): void {
    const last = this.transactions.at(-1);
    if (last?.transactionHash === transaction.transactionHash) {
      last.settled += transaction.settled;
      last.skipped += transaction.skipped;
    } else {
      this.transactions.push(transaction);
    }
  }

  /** An account's sums; whoever is asked for has appeared. */
  of(account: Address): Sums {
    const known = this.accounts.get(account);
    if (known !== undefined) return known;
    const sums = { deposited: 0n, withdrawn: 0n, charged: 0n, earned: 0n, credited: 0n, claimed: 0n };
    this.accounts.set(account, sums);
    return sums;
  }

  /** What stands at the end of the day, as far as it has come. */
  close(timestamp: number, { pool, totalCredits }: State): void {
    Object.assign(this.#day(timestamp), { totalDeposits: pool.balance, totalCredits });
  }

  /** The day of a moment. */
  #day(timestamp: number): Day {
    const today = this.#today;
    if (today !== undefined && timestamp >= today.from && timestamp < today.to) return today.day;
    const from = timestamp - (timestamp % SECONDS);
    const date = dateOf(from);
    const day = this.days.get(date) ?? { date, ...NOTHING };
    this.days.set(date, day);
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

const NOTHING: Omit<Day, "date"> = {
  settled: 0n,
  fees: 0n,
  sessions: 0,
  skipped: 0,
  deposited: 0n,
  withdrawn: 0n,
  totalDeposits: 0n,
  totalCredits: 0n,
};
