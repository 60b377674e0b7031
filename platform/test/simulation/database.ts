/** A database for one played world after another: made once, emptied each time. */
import pg from "pg";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { migrate } from "../../src/db/migrate.ts";

export async function openSimDatabase(url: string): Promise<{ db: Database; empty(): Promise<void> }> {
  const fast = new URL(url);
  // What a crash of Postgres loses is not what is played here.
  fast.searchParams.set("options", "-c synchronous_commit=off");
  await migrate(fast.href);
  const client = new pg.Client(fast.href);
  client.on("error", () => undefined);
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'`,
  );
  const used = tables.rows.map(({ name }) => `select '${name}' as name where exists (select from ${name})`);
  const db = openDatabase(fast.href, { connections: 6 });
  return {
    db: { ...db, close: async () => void (await Promise.all([db.close(), client.end()])) },
    /**
     * To truncate them would make each table and each index anew: a third of the time that a world takes. Rows that are
     * deleted and swept leave the tables as they were too, down to their order.
     */
    async empty() {
      const { rows } = await client.query<{ name: string }>(used.join(" union all "));
      if (rows.length > 0) {
        const names = rows.map(({ name }) => name);
        const deletions = names.map((name) => `delete from ${name};`);
        await client.query(`begin; set local session_replication_role = replica; ${deletions.join(" ")} commit`);
        await client.query(`vacuum ${names.join(", ")}`);
      }
      // What was undone has taken numbers too.
      await client.query(
        "select setval(quote_ident(sequencename)::regclass, start_value, false) from pg_sequences where schemaname = 'public'",
      );
    },
  };
}
