/** Puts the lines of a statement together by day, and days by month where there are many of them. */
import { dateOf } from "../text.ts";
import type { StatementLine } from "./account.ts";

/** The lines of a day or a month, and what they come to. */
export interface Span {
  /** "2026-11-22", "2026-11" */
  name: string;
  count: number;
  /** Of a day; of a statement of very many lines those alone that are among the first. */
  lines: StatementLine[];
  /** Of a month. */
  days: Span[];
  credit: bigint;
  debit: bigint;
  /** Of its sessions. */
  fee: bigint;
  /** After the last of them. */
  balance: bigint;
}

/** More days than that are put together by month. */
const MOST_DAYS = 62;

/** In the order of the lines: days; or months, each with its days. @param most So many lines are held. */
export function spansOf(lines: Iterable<StatementLine>, most: number): Span[] {
  const days: Span[] = [];
  let held = 0;
  for (const line of lines) {
    const day = spanIn(days, dateOf(line.timestamp));
    if (held < most) {
      day.lines.push(line);
      held++;
    }
    add(day, { ...line, fee: line.fee ?? 0n, count: 1 });
  }
  if (days.length <= MOST_DAYS) return days;
  const months: Span[] = [];
  for (const day of days) {
    const month = spanIn(months, day.name.slice(0, 7));
    month.days.push(day);
    add(month, day);
  }
  return months;
}

/** Whether it is to be taken apart into days. */
export function isMonth({ days }: Span): boolean {
  return days.length > 0;
}

/** The last one, if it has this name, or one behind it. */
function spanIn(spans: Span[], name: string): Span {
  const last = spans.at(-1);
  if (last?.name === name) return last;
  const span = { name, count: 0, lines: [], days: [], credit: 0n, debit: 0n, fee: 0n, balance: 0n };
  spans.push(span);
  return span;
}

function add(span: Span, { count, credit, debit, fee, balance }: Omit<Span, "name" | "lines" | "days">): void {
  span.count += count;
  span.credit += credit;
  span.debit += debit;
  span.fee += fee;
  span.balance = balance;
}
