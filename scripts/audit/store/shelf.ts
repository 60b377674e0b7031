/**
 * A table of what stands, by its key: of each key what stood when a part of the history ended, as long as the store may go
 * back to that part. What was asked for last stays in memory.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Column } from "./columns.ts";
import { ask, Columns, type ColumnsOf } from "./table.ts";

/** Values that are kept in memory. */
const IN_MEMORY = 20_000;
/** Parts after which what nobody can go back to any more is taken out, of those keys that come. */
const PRUNED_EVERY = 8;

export class Shelf<Key, Value extends object> {
  readonly #database: DatabaseSync;
  readonly #name: string;
  readonly #key: Column<Key>;
  readonly #columns: Columns<Value>;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #prune: StatementSync;
  readonly #known = new Map<Key, Value | undefined>();

  constructor(database: DatabaseSync, name: string, key: Column<Key>, columns: ColumnsOf<Value>) {
    this.#database = database;
    this.#name = name;
    this.#key = key;
    this.#columns = new Columns(columns);
    const { names, declared, count } = this.#columns;
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (key ANY NOT NULL, part INTEGER NOT NULL, ${declared}, PRIMARY KEY (key, part)) STRICT, WITHOUT ROWID`,
    );
    this.#get = database.prepare(`SELECT ${names} FROM ${name} WHERE key = ? ORDER BY part DESC LIMIT 1`);
    this.#get.setReadBigInts(true);
    this.#get.setReturnArrays(true);
    this.#put = database.prepare(`INSERT OR REPLACE INTO ${name} VALUES (?, ?${", ?".repeat(count)})`);
    this.#prune = database.prepare(
      `DELETE FROM ${name} WHERE key = ?1 AND part < (SELECT max(part) FROM ${name} WHERE key = ?1 AND part <= ?2)`,
    );
  }

  get(key: Key): Value | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    const stored = this.#get.get(this.#key.write(key)) as unknown as Parameters<Columns<Value>["read"]>[0] | undefined;
    const value = stored === undefined ? undefined : this.#columns.read(stored);
    this.#remember(key, value);
    return value;
  }

  /** @param part The part that ends with this. @param oldest The first part to which the store may still go back. */
  put(key: Key, value: Value, part: number, oldest: number): void {
    const stored = this.#key.write(key);
    this.#put.run(stored, BigInt(part), ...this.#columns.write(value));
    // Now and then is enough.
    if (part % PRUNED_EVERY === 0) this.#prune.run(stored, BigInt(oldest));
    this.#remember(key, value);
  }

  /** Goes back to where a part ended. */
  cut(part: number): void {
    this.#database.prepare(`DELETE FROM ${this.#name} WHERE part > ?`).run(BigInt(part));
    this.#known.clear();
  }

  /** In the order of the keys, as bytes. */
  *entries(): Generator<[key: Key, value: Value]> {
    const sql = `SELECT key, max(part), ${this.#columns.names} FROM ${this.#name} GROUP BY key ORDER BY key`;
    for (const [key, , ...stored] of ask(this.#database, sql)) {
      yield [this.#key.read(key as never), this.#columns.read(stored)];
    }
  }

  /** How many keys there are; goes through all. */
  count(): number {
    const [[count] = []] = [...ask(this.#database, `SELECT count(DISTINCT key) FROM ${this.#name}`)];
    return Number(count);
  }

  #remember(key: Key, value: Value | undefined): void {
    if (this.#known.size >= IN_MEMORY) this.#known.clear();
    this.#known.set(key, value);
  }
}
