/** Reads which relationships there are from the record in Postgres, which every write of one has passed through. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

export interface Relationship {
  workspace: string;
  relation: string;
  wallet: string;
}

/** The last word on each is what counts. */
const CURRENT = `
  SELECT resource_id AS workspace, relation, subject_id AS wallet
  FROM (
    SELECT DISTINCT ON (resource_id, relation, subject_id) resource_id, relation, subject_id, operation
    FROM relationship_writes
    ORDER BY resource_id, relation, subject_id, id DESC
  ) AS latest
  WHERE operation = 'TOUCH'`;

/** Before the first migration there is no table, and nothing to read. */
const NO_SUCH_TABLE = "42P01";

/** @returns Once Postgres is there, however long that takes. */
export async function readRelationships(databaseUrl: string): Promise<Relationship[]> {
  for (let said = ""; ; await sleep(100)) {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<Relationship>(CURRENT);
      return rows;
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      if (code === NO_SUCH_TABLE) return [];
      if (message !== said) console.log(JSON.stringify({ message: "waiting for Postgres", error: message }));
      said = message;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
