/** Puts the lines of a statement together by day, and days by month where there are many of them. */
import { dateOf } from "../text.ts";
import type { StatementLine } from "./account.ts";

/** The lines of a day or a month, and what they come to. */
export interface Span {
  /** "2026-11-22", "2026-11" */
  name: string;
  lines: StatementLine[];
  credit: bigint;
  debit: bigint;
  /** Of its sessions. */
  fee: bigint;
  /** After the last of them. */
  balance: bigint;
}

/** More days than that are put together by month. */
const MOST_DAYS = 62;

/** In the order of the lines: days; or months, each to be taken apart into days again. */
export function spansOf(lines: readonly StatementLine[]): Span[] {
  const days = daysOf(lines);
  return days.length > MOST_DAYS ? by(lines, (line) => dateOf(line.timestamp).slice(0, 7)) : days;
}

export function daysOf(lines: readonly StatementLine[]): Span[] {
  return by(lines, (line) => dateOf(line.timestamp));
}

/** Whether it is to be taken apart into days. */
export function isMonth({ name }: Span): boolean {
  return name.length === "2026-11".length;
}

function by(lines: readonly StatementLine[], nameOf: (line: StatementLine) => string): Span[] {
  const spans: Span[] = [];
  for (const line of lines) {
    const name = nameOf(line);
    let span = spans.at(-1);
    if (span?.name !== name) {
      span = { name, lines: [], credit: 0n, debit: 0n, fee: 0n, balance: 0n };
      spans.push(span);
    }
    span.lines.push(line);
    span.credit += line.credit;
    span.debit += line.debit;
    span.fee += line.fee ?? 0n;
    span.balance = line.balance;
  }
  return spans;
}
