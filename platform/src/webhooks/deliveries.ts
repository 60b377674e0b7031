/** What was sent where and what came of it; and sending again what was missed. */
import type { Clock } from "../clock.ts";
import type { Queries } from "../db/database.ts";

export interface DeliveryRow {
  id: bigint;
  eventId: string;
  eventType: string;
  occurredAt: Date;
  state: "PENDING" | "DELIVERED" | "FAILED";
  attempts: number;
  dueAt: Date;
  lastStatus: number | null;
  lastError: string | null;
  lastMs: number | null;
  lastAt: Date | null;
}

/** Newest first. */
export function listDeliveries(
  db: Queries,
  { endpointId, state, before, limit }: { endpointId: string; state?: string; before?: bigint; limit: number },
): Promise<DeliveryRow[]> {
  const [wanted, place] = [state ?? null, before ?? null];
  return db.rows<DeliveryRow>`
    select d.id, e.id as event_id, e.type as event_type, e.occurred_at, d.state, d.attempts, d.due_at, d.last_status, d.last_error, d.last_ms, d.last_at
    from webhook_deliveries d join events e on e.seq = d.event_seq
    where d.endpoint_id = ${endpointId} and (${wanted}::text is null or d.state = ${wanted}::text) and (${place}::bigint is null or d.id < ${place}::bigint)
    order by d.id desc limit ${limit}`;
}

/** Sends again all events of a time that the endpoint takes, delivered or not. @returns How many. */
export async function replay(
  db: Queries,
  { clock }: { clock: Clock },
  { endpointId, from, to, isMissedAlone }: { endpointId: string; from: Date; to: Date; isMissedAlone: boolean },
): Promise<number> {
  const rows = await db.rows`
    with again as (
      insert into webhook_deliveries as d (endpoint_id, event_seq, due_at)
      select w.id, e.seq, ${clock.now()}::timestamptz from webhook_endpoints w join events e
        on e.occurred_at >= ${from} and e.occurred_at < ${to} and w.workspace_id in (e.consumer_workspace_id, e.operator_workspace_id)
      where w.id = ${endpointId} and (w.types = '{}' or e.type = any (w.types))
      on conflict (endpoint_id, event_seq) do update set state = 'PENDING', attempts = 0, due_at = excluded.due_at
        where d.state = 'FAILED' or (d.state = 'DELIVERED' and not ${isMissedAlone}::boolean)
      returning d.id
    ), told as (select pg_notify('webhooks', '') where exists (select 1 from again))
    select again.id, (select count(*) from told) from again`;
  return rows.length;
}
