/** What sessions take of a machine: time of the processor, rows and bytes of the database. */
import { readFileSync } from "node:fs";
import type { Database } from "../../src/db/database.ts";

export interface Usage {
  /** Seconds of the processor that the platform's process has had; undefined where no /proc says so. */
  cpuSeconds: number | undefined;
  /** Bytes that were written ahead: what a copy of the database has to be sent. */
  walBytes: number;
  /** Bytes with indexes, and rows, by table. */
  tables: Map<string, { bytes: number; rows: number }>;
}

/** Linux counts in hundredths of a second, whatever the machine. */
const TICKS = 100;

export async function usageOf(db: Database, pid: number): Promise<Usage> {
  const wal = await db.row<{ bytes: bigint }>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`;
  const counted = await db.rows<{ name: string; rows: bigint; bytes: bigint }>`
    select name, rows, pg_total_relation_size(name::regclass) as bytes from (
      select 'sessions' as name, count(*) as rows from sessions union all select 'settlements', count(*) from settlements
      union all select 'events', count(*) from events union all select 'chain_events', count(*) from chain_events
      union all select 'batches', count(*) from batches union all select 'batch_transactions', count(*) from batch_transactions
    ) t`;
  const tables = new Map(
    counted.map(({ name, rows, bytes }) => [name, { rows: Number(rows), bytes: Number(bytes) }] as const),
  );
  return { cpuSeconds: cpuOf(pid), walBytes: Number(wal?.bytes), tables };
}

function cpuOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold anything; 12 and 13 fields after it stand user and system time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}

export interface PerSession {
  cpuMs: number | undefined;
  walBytes: number;
  tables: { name: string; rows: number; bytes: number }[];
}

export function usagePerSession(before: Usage, after: Usage, sessions: number): PerSession {
  const cpu = before.cpuSeconds === undefined ? undefined : (after.cpuSeconds ?? 0) - before.cpuSeconds;
  return {
    cpuMs: cpu === undefined ? undefined : (cpu * 1_000) / sessions,
    walBytes: (after.walBytes - before.walBytes) / sessions,
    tables: [...after.tables].map(([name, { rows, bytes }]) => {
      const first = before.tables.get(name) ?? { rows: 0, bytes: 0 };
      return { name, rows: (rows - first.rows) / sessions, bytes: (bytes - first.bytes) / sessions };
    }),
  };
}
