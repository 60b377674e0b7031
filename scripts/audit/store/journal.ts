/** A table of what happened, in the order of the chain: rows are added at its end, and taken back from there. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ReadRows } from "../rows.ts";
import type { Rows } from "../types.ts";
import { ask, Columns, type ColumnsOf, quoted } from "./table.ts";

/** What is found out about each row when it comes. */
type Marks<Row> = Readonly<Record<string, (row: Row) => boolean>>;

/** How rows are looked for: by what stands in a column, or those that have a mark. */
interface LookedFor<Row> {
  readonly by?: readonly (keyof Row & string)[];
  readonly marks?: Marks<Row>;
}

export class Journal<Row extends object> {
  readonly #database: DatabaseSync;
  readonly #name: string;
  readonly #columns: Columns<Row>;
  readonly #marks: Marks<Row>;
  readonly #insert: StatementSync;
  #length = 0;

  constructor(
    database: DatabaseSync,
    name: string,
    columns: ColumnsOf<Row>,
    { by = [], marks = {} }: LookedFor<Row> = {},
  ) {
    this.#database = database;
    this.#name = name;
    this.#columns = new Columns(columns);
    this.#marks = marks;
    const declared = [this.#columns.declared, ...Object.keys(marks).map((mark) => `${quoted(mark)} INTEGER`)];
    database.exec(`CREATE TABLE IF NOT EXISTS ${name} (number INTEGER PRIMARY KEY, ${declared.join(", ")}) STRICT`);
    for (const column of by) {
      database.exec(`CREATE INDEX IF NOT EXISTS ${name}_${column} ON ${name} (${quoted(column)})`);
    }
    for (const mark of Object.keys(marks)) {
      database.exec(`CREATE INDEX IF NOT EXISTS ${name}_${mark} ON ${name} (number) WHERE ${isMarked(mark)}`);
    }
    const places = this.#columns.count + Object.keys(marks).length;
    this.#insert = database.prepare(`INSERT INTO ${name} VALUES (?${", ?".repeat(places)})`);
  }

  get length(): number {
    return this.#length;
  }

  add(rows: Iterable<Row>): void {
    for (const row of rows) {
      const marks = Object.values(this.#marks).map((isSo) => (isSo(row) ? 1n : 0n));
      this.#insert.run(BigInt(++this.#length), ...this.#columns.write(row), ...marks);
    }
  }

  /** Keeps the first so many rows, and forgets the rest. */
  cut(length: number): void {
    this.#database.prepare(`DELETE FROM ${this.#name} WHERE number > ?`).run(BigInt(length));
    this.#length = length;
  }

  rows(): Rows<Row> {
    const read = (where: string, ...values: Parameters<StatementSync["all"]>[1][]) => {
      const sql = `SELECT ${this.#columns.names} FROM ${this.#name} ${where} ORDER BY number`;
      return this.#readAll(ask(this.#database, sql, ...values));
    };
    return new ReadRows(
      this.#length,
      () => read(""),
      (column, value) =>
        column in this.#marks
          ? read(`WHERE ${isMarked(column)}`)
          : read(`WHERE ${quoted(column)} = ?`, this.#columns.writeOne(column as keyof Row & string, value)),
    );
  }

  *#readAll(answers: ReturnType<typeof ask>): Generator<Row> {
    for (const stored of answers) yield this.#columns.read(stored);
  }
}

function isMarked(mark: string): string {
  return `${quoted(mark)} = 1`;
}
