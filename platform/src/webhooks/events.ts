/** What happened to a workspace's sessions and settlements, for who polls; the database itself writes it (`0004_webhooks.sql`). */
import type { Queries } from "../db/database.ts";

/** How long an event is to be had, days. */
export const EVENT_DAYS = 14;
/** Events that are tidied away in one statement. */
const AT_ONCE = 50_000;

export const EVENT_TYPES = [
  "session.requested",
  "session.assigned",
  "session.live",
  "session.ended",
  "session.expired",
  "session.cancelled",
  "settlement.confirmed",
  "settlement.taken_back",
  "settlement.finalized",
  "webhook.disabled",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface EventPlace {
  xid: string;
  seq: bigint;
}

interface EventRow {
  xid: string;
  seq: bigint;
  body: string;
}

/** A place in the list as its cursor. A zero in front would make Postgres read it as octal. */
export const EVENT_PLACE = /^(0|[1-9]\d{0,18})\.(\d{1,18})$/;

/** After which event the list goes on; without a cursor, from the first. */
export function eventPlaceIn(cursor: string | undefined): EventPlace {
  const [, xid = "0", seq = "0"] = EVENT_PLACE.exec(cursor ?? "") ?? [];
  return { xid, seq: BigInt(seq) };
}

/**
 * Oldest first, in the order of their transactions. What an open transaction may still write stands before nothing that is
 * shown: whoever goes on from the last cursor misses nothing.
 */
export async function listEvents(
  db: Queries,
  { workspaceId, after, limit }: { workspaceId: string; after: EventPlace; limit: number },
): Promise<{ cursor: string; body: string }[]> {
  const { xid, seq } = after;
  const rows = await db.rows<EventRow>`
    select xid::text, seq, body from (
      (select xid, seq, body from events where consumer_workspace_id = ${workspaceId}
        and (xid, seq) > (${xid}::xid8, ${seq}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, seq limit ${limit})
      union all
      (select xid, seq, body from events where operator_workspace_id = ${workspaceId}
        and (xid, seq) > (${xid}::xid8, ${seq}::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, seq limit ${limit})
    ) e order by e.xid, e.seq limit ${limit}`;
  return rows.map((row) => ({ cursor: `${row.xid}.${row.seq}`, body: row.body }));
}

export async function tidyEvents(db: Queries, now: Date): Promise<void> {
  const since = new Date(now.getTime() - EVENT_DAYS * 86_400_000);
  await db.rows`
    delete from events where seq in (select seq from events where occurred_at < ${since} order by occurred_at limit ${AT_ONCE})`;
}
