/** Whether every part is ready and moving, and how far behind each is. */
import { STALE_SECONDS } from "../chain/heads.ts";
import { longestWaitMs } from "../config.ts";
import type { Code } from "../refusal.ts";
import type { Context } from "./context.ts";

/** How long a part may take before it counts as away, ms. */
const PATIENCE_MS = 3_000;
/** How far the watcher may be behind the newest block, seconds. */
const MOST_LAG = 30;
/** How old a settlement may be that nobody has sent, beyond the time that it waits for others, seconds. */
const MOST_WAIT = 120;

export interface Health {
  ok: boolean;
  code: Code;
  message: string;
  detail: string;
  parts: Record<"database" | "authz" | "chain" | "watcher" | "relayer", { ok: boolean; [figure: string]: unknown }>;
}

export async function healthOf(context: Context): Promise<Health> {
  const { db, authz, chain, clock, config } = context;
  const now = clock.now();
  const [rows, isAuthzReady, head] = await Promise.all([
    within(
      db.row<{
        toBlock: bigint | null;
        toTimestamp: bigint | null;
        seenAt: Date | null;
        oldestDue: Date | null;
        due: bigint;
        inFlight: bigint;
        relayerUntil: Date | null;
        alarms: bigint;
      }>`
        select (select to_block from chain_windows order by to_block desc limit 1) as to_block,
          (select to_timestamp from chain_windows order by to_block desc limit 1) as to_timestamp,
          (select seen_at from chain_head) as seen_at,
          (select min(due_at) from settlements where state = 'PENDING' and refusal is null and written_off_at is null) as oldest_due,
          (select count(*) from settlements where state = 'PENDING' and written_off_at is null) as due,
          (select count(*) from batches where not is_done) as in_flight,
          (select expires_at from leases where name = 'relayer') as relayer_until,
          (select count(*) from alarms where closed_at is null) as alarms`,
    ),
    within(authz.isReady()),
    // Asked for now: what it was a moment ago says nothing of an endpoint that has gone.
    within(chain.head()),
  ]);
  const headAge = head === undefined ? undefined : Math.floor(now.getTime() / 1_000) - head.timestamp;
  const lagBlocks = head === undefined || rows?.toBlock == null ? undefined : head.number - rows.toBlock;
  const lagSeconds =
    head === undefined || rows?.toTimestamp == null ? undefined : head.timestamp - Number(rows.toTimestamp);
  const oldest = rows?.oldestDue == null ? 0 : Math.max(0, (now.getTime() - rows.oldestDue.getTime()) / 1_000);
  const parts = {
    database: { ok: rows !== undefined },
    authz: { ok: isAuthzReady === true },
    chain: {
      ok: headAge !== undefined && headAge <= STALE_SECONDS,
      headBlock: head?.number.toString() ?? null,
      headAgeSeconds: headAge ?? null,
    },
    watcher: {
      ok: lagSeconds !== undefined && lagSeconds <= MOST_LAG,
      indexedBlock: rows?.toBlock?.toString() ?? null,
      lagBlocks: lagBlocks === undefined ? null : Number(lagBlocks),
      lagSeconds: lagSeconds ?? null,
    },
    relayer: {
      ok: rows !== undefined && oldest <= longestWaitMs(config) / 1_000 + MOST_WAIT,
      due: Number(rows?.due ?? 0n),
      inFlight: Number(rows?.inFlight ?? 0n),
      oldestDueSeconds: Math.round(oldest),
      alarms: Number(rows?.alarms ?? 0n),
    },
  };
  const names = {
    database: "DATABASE_ERROR",
    authz: "AUTHZ_ERROR",
    chain: "CHAIN_UNAVAILABLE",
    watcher: "CHAIN_UNAVAILABLE",
    relayer: "UNAVAILABLE",
  } as const;
  const sick = (Object.keys(parts) as (keyof typeof parts)[]).filter((name) => !parts[name].ok);
  const first = sick[0];
  return {
    ok: first === undefined,
    code: first === undefined ? "UNAVAILABLE" : names[first],
    message: first === undefined ? "Every part is ready and moving." : `Not ready: ${sick.join(", ")}.`,
    detail: sick.join(","),
    parts,
  };
}

async function within<T>(asking: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE_MS)));
  try {
    return await Promise.race([asking, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
