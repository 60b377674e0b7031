/** Takes the largest of many and sums up the rest, so that a table that stops says what it leaves out. */
import { byLargest, sumOf } from "./sums.ts";

export interface Largest<Row, Field extends string> {
  /** The largest first. */
  shown: Row[];
  /** How many there are, and how many of them are not shown. */
  count: number;
  left: number;
  /** What those that are not shown add up to, and what all do. */
  rest: Record<Field, bigint>;
  all: Record<Field, bigint>;
}

/** @param fields What is added up; by the first it is told which are the largest. @param most Is so many of them. */
export function largestOf<Field extends string, Row extends Record<Field, bigint>>(
  rows: Iterable<Row>,
  fields: readonly [Field, ...Field[]],
  most: number,
): Largest<Row, Field> {
  const [first] = fields;
  const largest = (some: Row[]) => some.sort(byLargest<Field>(first)).slice(0, most);
  let count = 0;
  let shown: Row[] = [];
  const all = Object.fromEntries(fields.map((field) => [field, 0n])) as Record<Field, bigint>;
  for (const row of rows) {
    count++;
    for (const field of fields) all[field] += row[field];
    // Now and then is enough, and what was let go of stays let go of.
    if (shown.push(row) > 10 * most) shown = largest(shown);
  }
  shown = largest(shown);
  const rest = Object.fromEntries(
    fields.map((field) => {
      const whole: bigint = all[field];
      return [field, whole - sumOf(shown, field)];
    }),
  ) as Record<Field, bigint>;
  return { shown, count, left: count - shown.length, rest, all };
}
