/** Counts, in Postgres itself, the statements that the platform sends. */
import type { Database } from "../../src/db/database.ts";

export interface Statements {
  calls: number;
  byText: Map<string, number>;
}

/** All so far; those that begin and end transactions are statements too, those within triggers are not. */
export async function countStatements(db: Database): Promise<Statements> {
  const rows = await db.rows<{ query: string; calls: bigint }>`
    select query, sum(calls) as calls from pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%' group by query`;
  const byText = new Map(rows.map(({ query, calls }) => [query.replace(/\s+/g, " ").trim(), Number(calls)]));
  return { calls: [...byText.values()].reduce((sum, calls) => sum + calls, 0), byText };
}

/** What each text was sent a session, the most frequent first. */
export function perSession(before: Statements, after: Statements, sessions: number): { text: string; times: number }[] {
  return [...after.byText]
    .map(([text, calls]) => ({ text, times: (calls - (before.byText.get(text) ?? 0)) / sessions }))
    .filter(({ times }) => times >= 0.01)
    .sort((a, b) => b.times - a.times);
}
