/** Gives rows without holding them. */
import type { Rows } from "./types.ts";

/** Rows that are read whenever they are gone through. */
export class ReadRows<Row> implements Rows<Row> {
  readonly #length: number;
  readonly #read: () => Iterator<Row>;
  readonly #where: (column: string, value: unknown) => Iterator<Row>;

  /** @param where Reads those in whose column this stands, or more; default: all. */
  constructor(
    length: number,
    read: () => Iterator<Row>,
    where: (column: string, value: unknown) => Iterator<Row> = read,
  ) {
    this.#length = length;
    this.#read = read;
    this.#where = where;
  }

  get length(): number {
    return this.#length;
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#read();
  }

  where(column: string, value: unknown): Iterable<Row> {
    return { [Symbol.iterator]: () => this.#where(column, value) };
  }
}
