/** Puts days together, so that a chart has bars that can be told apart however long the history is. */
import type { Day } from "../types.ts";

const DAY_MS = 86_400_000;

export type Unit = "day" | "week" | "month";

export interface Period extends Omit<Day, "date"> {
  /** Milliseconds since 1970, in UTC: from, and up to but not including. */
  start: number;
  end: number;
  /** Its first day: "2026-11-22". */
  date: string;
}

/** Days for a quarter, weeks for two years, months from then on; weeks begin on Monday. */
export function unitFor(days: readonly Day[]): Unit {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "day";
  const span = (Date.parse(last.date) - Date.parse(first.date)) / DAY_MS;
  return span < 93 ? "day" : span < 731 ? "week" : "month";
}

/** Every period from the first day to the last, also those in which nothing happened. */
export function periodsOf(days: readonly Day[], unit: Unit = unitFor(days)): Period[] {
  const sorted = [...days].sort((one, other) => (one.date < other.date ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];

  const periods: Period[] = [];
  let next = 0;
  let carried = { totalDeposits: 0n, totalCredits: 0n };
  for (let start = startOf(Date.parse(first.date), unit); start <= Date.parse(last.date); ) {
    const end = endOf(start, unit);
    const date = new Date(start).toISOString().slice(0, 10);
    const nothing = { settled: 0n, fees: 0n, sessions: 0, skipped: 0, deposited: 0n, withdrawn: 0n };
    const period: Period = { start, end, date, ...nothing, ...carried };
    for (let day = sorted[next]; day !== undefined && Date.parse(day.date) < end; day = sorted[++next]) {
      period.settled += day.settled;
      period.fees += day.fees;
      period.sessions += day.sessions;
      period.skipped += day.skipped;
      period.deposited += day.deposited;
      period.withdrawn += day.withdrawn;
      carried = { totalDeposits: day.totalDeposits, totalCredits: day.totalCredits };
      Object.assign(period, carried);
    }
    periods.push(period);
    start = end;
  }
  return periods;
}

function startOf(moment: number, unit: Unit): number {
  const date = new Date(moment);
  if (unit === "month") return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  const day = Math.floor(moment / DAY_MS) * DAY_MS;
  return unit === "day" ? day : day - ((date.getUTCDay() + 6) % 7) * DAY_MS;
}

/** The middle of the period that a moment lies in. */
export function middleOf(moment: number, unit: Unit): number {
  const start = startOf(moment, unit);
  return (start + endOf(start, unit)) / 2;
}

function endOf(start: number, unit: Unit): number {
  if (unit === "day") return start + DAY_MS;
  if (unit === "week") return start + 7 * DAY_MS;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
