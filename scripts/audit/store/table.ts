/** What the tables of the store have in common: columns that are written and read by their kind. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Column } from "./columns.ts";

export type ColumnsOf<Row> = { readonly [Name in keyof Row]-?: Column<Row[Name]> };

export class Columns<Row extends object> {
  /** For SQL: "a", "b". */
  readonly names: string;
  /** For CREATE TABLE; any kind of value may stand in any column. */
  readonly declared: string;
  readonly count: number;
  readonly #all: readonly (readonly [name: string, column: Column<unknown>])[];

  constructor(columns: ColumnsOf<Row>) {
    this.#all = Object.entries(columns) as never;
    this.count = this.#all.length;
    this.names = this.#all.map(([name]) => quoted(name)).join(", ");
    this.declared = this.#all.map(([name]) => `${quoted(name)} ANY`).join(", ");
  }

  write(row: Row): SQLInputValue[] {
    return this.#all.map(([name, { write }]) => write(row[name as keyof Row]));
  }

  /** One value, as it stands in its column. */
  writeOne(name: keyof Row & string, value: unknown): SQLInputValue {
    const column = this.#all.find(([own]) => own === name)?.[1] as Column<unknown>;
    return column.write(value);
  }

  read(stored: readonly SQLOutputValue[]): Row {
    const row: Record<string, unknown> = {};
    for (const [i, [name, { read, isLeftOut }]] of this.#all.entries()) {
      const value = read(stored[i] as SQLOutputValue);
      if (value !== undefined || isLeftOut !== true) row[name] = value;
    }
    return row as Row;
  }
}

/** Runs a question whose answer is gone through row by row; one of its own, since others may be under way. */
export function* ask(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): Generator<SQLOutputValue[]> {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  yield* statement.iterate(...values) as unknown as Iterable<SQLOutputValue[]>;
}

export function quoted(name: string): string {
  return `"${name}"`;
}
