/**
 * Speaks to Postgres: SQL as tagged templates, each text prepared once a connection, rows with camelCase names, and
 * amounts as bigint.
 *
 * @example
 * const row = await db.row<{ state: string }>`select state from sessions where id = ${id}`;
 */
import { createHash } from "node:crypto";
import pg from "pg";
import { Refused } from "../refusal.ts";

export interface Queries {
  rows<Row>(sql: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>;
  /** The first row, if there is one. */
  row<Row>(sql: TemplateStringsArray, ...values: unknown[]): Promise<Row | undefined>;
}

/** What runs in one transaction. */
export type Transaction = Queries;

export interface Database extends Queries {
  /** Runs `work` in one transaction under READ COMMITTED. What it throws rolls back. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Statements sent so far, those that begin and end transactions included. */
  readonly statements: number;
  /** Calls `heard` whenever `channel` is notified, until the returned function is called; connects anew by itself. */
  listen(channel: string, heard: () => void): () => Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections at most. */
  readonly connections?: number;
  /** Is told of connections that broke while nobody used them. */
  readonly onLost?: (error: Error) => void;
}

const { builtins } = pg.types;
const types = new pg.TypeOverrides();
types.setTypeParser(builtins.INT8, BigInt);
// Amounts are whole µUSDC, however many; nothing here has a fraction.
types.setTypeParser(builtins.NUMERIC, BigInt);

/** SQL without values, which several statements share; one place has always the same. */
export class Fragment {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A prepared statement has a name of its own; the text is the same object at each call of one place. */
const names = new WeakMap<TemplateStringsArray, { name: string; text: string }>();

function prepared(sql: TemplateStringsArray, values: readonly unknown[]) {
  const known = names.get(sql);
  if (known !== undefined) return known;
  let [text = "", given] = [sql[0], 0];
  for (const [i, value] of values.entries())
    text += `${value instanceof Fragment ? value.text : `$${++given}`}${sql[i + 1]}`;
  const named = { name: createHash("sha256").update(text).digest("hex").slice(0, 24), text };
  names.set(sql, named);
  return named;
}

export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { connections = 24, onLost = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    connectionTimeoutMillis: 3_000,
    statement_timeout: 6_000,
    // A server that hangs ends no statement by itself.
    query_timeout: 7_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: "luxxon",
  });
  // Without a listener each of these would end the process: for idle clients, and for those in use.
  pool.on("error", onLost);
  pool.on("connect", (client) => client.on("error", onLost));
  let statements = 0;

  const ask = async <Row>(client: pg.Pool | pg.PoolClient, sql: TemplateStringsArray, values: unknown[]) => {
    statements++;
    try {
      const answer = await client.query({
        ...prepared(sql, values),
        values: values.filter((value) => !(value instanceof Fragment)),
        rowMode: "array",
      });
      return named(answer) as Row[];
    } catch (error) {
      throw away(error);
    }
  };
  /** Has nothing to prepare. */
  const say = async (client: pg.PoolClient, text: "begin" | "commit" | "rollback") => {
    statements++;
    try {
      await client.query(text);
    } catch (error) {
      throw away(error);
    }
  };
  const queries = (client: pg.Pool | pg.PoolClient): Queries => ({
    rows: (sql, ...values) => ask(client, sql, values),
    row: async (sql, ...values) => (await ask<never>(client, sql, values))[0],
  });

  return {
    ...queries(pool),
    get statements() {
      return statements;
    },
    async transaction(work) {
      const client = await pool.connect().catch((error: unknown) => {
        throw away(error);
      });
      let broken: Error | undefined;
      try {
        await say(client, "begin");
        const result = await work(queries(client));
        await say(client, "commit");
        return result;
      } catch (error) {
        // A connection whose state is not known is not used again.
        if (isUnknown(error)) broken = error as Error;
        else await say(client, "rollback").catch((lost: Error) => (broken = lost));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    listen(channel, heard) {
      let isOpen = true;
      let client: pg.Client | undefined;
      const connect = async (): Promise<void> => {
        if (!isOpen) return;
        const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
        let hasEnded = false;
        const again = () => {
          if (hasEnded) return;
          hasEnded = true;
          if (isOpen) setTimeout(() => void connect(), 500).unref();
        };
        next.on("error", again);
        next.on("end", again);
        next.on("notification", heard);
        try {
          await next.connect();
          await next.query(`listen ${channel}`);
          client = next;
          // What was said while nobody listened.
          heard();
        } catch {
          again();
        }
      };
      void connect();
      return async () => {
        isOpen = false;
        await client?.end().catch(() => undefined);
      };
    },
    close: () => pool.end(),
  };
}

const camel = new Map<string, string>();

function named({ fields, rows }: pg.QueryResult) {
  const columns = fields.map(({ name }) => {
    let column = camel.get(name);
    if (column === undefined) {
      column = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      camel.set(name, column);
    }
    return column;
  });
  return (rows as unknown as unknown[][]).map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i++) row[columns[i] as string] = values[i];
    return row;
  });
}

/** The server is not there, goes away, has no room, or does not answer: all of it passes. */
const AWAY =
  /^(57P0[0-9]|57014|53\d\d\d|08\d\d\d|55P03|40P01|25P03|58\d\d\d|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const AWAY_WORDS =
  /connection terminated|timeout exceeded|timeout expired|read timeout|not queryable|connection error|ended/i;

function away(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refused) return error;
  const { code } = error as { code?: string };
  if (code === undefined ? !AWAY_WORDS.test(error.message) : !AWAY.test(code)) return error;
  return new Refused("DATABASE_ERROR", "The database cannot be reached. Try again.", { cause: error, retryAfter: 1 });
}

/** Whether the server may still be at work on the statement: nobody waited any longer. */
function isUnknown(error: unknown): boolean {
  return error instanceof Refused && error.cause instanceof Error && /read timeout/.test(error.cause.message);
}

/** Whether a statement was refused because a row of the same `constraint` is there already. */
export function isDuplicate(error: unknown, constraint: string): boolean {
  const { code, constraint: broken } = error as { code?: string; constraint?: string };
  return code === "23505" && broken === constraint;
}
