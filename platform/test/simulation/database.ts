/** A database for one played world after another: made once, emptied each time. */
import { type Database, openDatabase } from "../../src/db/database.ts";
import { migrate } from "../../src/db/migrate.ts";

export async function openSimDatabase(url: string): Promise<{ db: Database; empty(): Promise<void> }> {
  const fast = new URL(url);
  // What a crash of Postgres loses is not what is played here.
  fast.searchParams.set("options", "-c synchronous_commit=off");
  await migrate(fast.href);
  const db = openDatabase(fast.href, { connections: 6 });
  return {
    db,
    async empty() {
      const tables = await db.rows<{ name: string }>`
        select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations'`;
      const names = tables.map(({ name }) => name).join(", ");
      const statement = Object.assign([`truncate ${names} restart identity cascade`], {
        raw: [""],
      }) as unknown as TemplateStringsArray;
      await db.rows(statement);
    },
  };
}
