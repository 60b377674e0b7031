/** Puts rows of several tables of one kind behind each other. */

import { ReadRows } from "../rows.ts";
import { narrowed, type Rows } from "../types.ts";

export function together<T>(all: readonly Rows<T>[]): Rows<T> {
  return new ReadRows(
    all.reduce((sum, { length }) => sum + length, 0),
    () => oneByOne(all),
    (column, value) => oneByOne(all.map((rows) => narrowed(rows, column, value))),
  );
}

function* oneByOne<T>(all: readonly Iterable<T>[]): Generator<T> {
  for (const rows of all) yield* rows;
}
