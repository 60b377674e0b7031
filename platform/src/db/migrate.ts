/** Brings a database up to date: applies what is in `migrations/` and was not yet applied, each in a transaction, one process at a time. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "@luxxon/chain/usageError";
import pg from "pg";

const FOLDER = join(import.meta.dirname, "migrations");
/** Any number that no other program takes for its own lock. */
const LOCK = 7_077_2026n;

/** @throws {UsageError} if the database was made by a later version of this program. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await client.query(
      "create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ name: string }>("select name from migrations");
    const applied = new Set(rows.map(({ name }) => name));
    const files = readdirSync(FOLDER)
      .filter((name) => name.endsWith(".sql"))
      .sort();
    const unknown = [...applied].find((name) => !files.includes(name));
    if (unknown !== undefined)
      throw new UsageError(
        `The database has the migration ${unknown}, which this version does not know: use a newer one.`,
      );
    const missing = files.filter((name) => !applied.has(name));
    for (const name of missing) {
      await client.query("begin");
      await client.query(readFileSync(join(FOLDER, name), "utf8"));
      await client.query("insert into migrations (name) values ($1)", [name]);
      await client.query("commit");
    }
    return missing;
  } finally {
    await client.end();
  }
}
