/** What a replay writes down as it goes: everybody's sums, and each day's. */

import type { State } from "@luxxon/contracts-abi/model";
import type { Address } from "viem";
import { dateOf } from "./page/text.ts";
import type { Day } from "./types.ts";

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
  readonly accounts = new Map<Address, Sums>();
  readonly days = new Map<string, Day>();
  /** History goes forwards, so the day that is asked for is nearly always the one before. */
  #today: { day: Day; from: number; to: number } | undefined;

  /** An account's sums; whoever is asked for has appeared. */
  of(account: Address): Sums {
    const known = this.accounts.get(account);
    if (known !== undefined) return known;
    const sums = { deposited: 0n, withdrawn: 0n, charged: 0n, earned: 0n, credited: 0n, claimed: 0n };
    this.accounts.set(account, sums);
    return sums;
  }

  /** The day of a moment. */
  day(timestamp: number): Day {
    const today = this.#today;
    if (today !== undefined && timestamp >= today.from && timestamp < today.to) return today.day;
    const from = timestamp - (timestamp % SECONDS);
    const date = dateOf(from);
    const day = this.days.get(date) ?? emptyDay(date);
    this.days.set(date, day);
    this.#today = { day, from, to: from + SECONDS };
    return day;
  }

  /** What stands at the end of the day, as far as it has come. */
  close(timestamp: number, { pool, totalCredits }: State): void {
    const day = this.day(timestamp);
    day.totalDeposits = pool.balance;
    day.totalCredits = totalCredits;
  }
}

/** Of a day in UTC, which has no leap seconds on chain. */
const SECONDS = 86_400;

function emptyDay(date: string): Day {
  return {
    date,
    settled: 0n,
    fees: 0n,
    sessions: 0,
    skipped: 0,
    deposited: 0n,
    withdrawn: 0n,
    totalDeposits: 0n,
    totalCredits: 0n,
  };
}
