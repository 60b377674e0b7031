/**
 * What was asked for where: requests of the last 30 days in cells of about 5 km, without who asked. The clock sums up each
 * hour when nothing of it can change any more, so that whoever asks has the last hours alone counted.
 */
import type { Clock } from "../clock.ts";
import type { Database, Queries } from "../db/database.ts";

export const DEMAND_DAYS = 30;
/** Cells at most, those with the most requests. */
const MOST_CELLS = 5_000;
/** It sums up a month: nobody needs it newer, ms. */
const KEPT_MS = 30_000;
const HOUR_MS = 3_600_000;
/** A request waits an hour at most (`WAIT_SECONDS`), and the clock may come a little later. */
const SETTLED_MS = HOUR_MS + 600_000;
/** Hours in one transaction. */
const AT_ONCE = 24;

export interface DemandCell {
  /** Its middle. */
  lat: number;
  lng: number;
  requests: number;
  /** Requests that are over and never had an operator. */
  unmet: number;
  /** What a request was ready to cost at most, on average, µUSDC. */
  avgMaxPriceMicroUsdc: number | null;
}

export type Demand = () => Promise<DemandCell[]>;

/** Asked by many at once, it is counted once. */
export function openDemand(db: Queries, clock: Clock): Demand {
  let kept: { at: number; cells: Promise<DemandCell[]> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (kept === undefined || now - kept.at >= KEPT_MS) {
      const cells = count(db, hourOf(now - DEMAND_DAYS * 24 * HOUR_MS));
      kept = { at: now, cells };
      cells.catch(() => (kept = undefined));
    }
    return kept.cells;
  };
}

async function count(db: Queries, since: Date): Promise<DemandCell[]> {
  const rows = await db.rows<{ lat: number; lng: number; requests: bigint; unmet: bigint; price: bigint }>`
    with all_of_it as (
      select lat, lng, requests, unmet, price from demand_hours where hour >= ${since}
      union all
      select lat, lng, 1, is_unmet::int, price from demand_requests
      where created_at >= greatest(${since}::timestamptz, (select before from demand_summed))
    )
    select lat, lng, sum(requests) as requests, sum(unmet) as unmet, round(sum(price) / sum(requests)) as price
    from all_of_it group by 1, 2 order by sum(requests) desc, 1, 2 limit ${MOST_CELLS}`;
  return rows.map(({ lat, lng, requests, unmet, price }) => ({
    lat: Number(lat.toFixed(6)),
    lng: Number(lng.toFixed(6)),
    requests: Number(requests),
    unmet: Number(unmet),
    avgMaxPriceMicroUsdc: Number(price),
  }));
}

/** Sums up the hours that are over; one process at a time, and where it stopped it goes on. @returns How many. */
export async function sumUpDemand({ db, clock }: { db: Database; clock: Clock }): Promise<number> {
  const now = clock.now().getTime();
  const oldest = hourOf(now - DEMAND_DAYS * 24 * HOUR_MS);
  return await db.transaction(async (tx) => {
    await tx.rows`
      insert into demand_summed (before)
      select to_timestamp(floor(extract(epoch from min(created_at)) / 3600) * 3600) from sessions having min(created_at) is not null
      on conflict do nothing`;
    const summed = await tx.row<{ before: Date }>`select before from demand_summed for update`;
    if (summed === undefined) return 0;
    let hour = summed.before < oldest ? oldest : summed.before;
    let count = 0;
    for (; count < AT_ONCE && hour.getTime() + HOUR_MS <= now - SETTLED_MS; count++) {
      const next = new Date(hour.getTime() + HOUR_MS);
      const waiting = await tx.row`
        select 1 from demand_requests where created_at >= ${hour} and created_at < ${next} and state = 'REQUESTED' limit 1`;
      if (waiting !== undefined) break;
      await tx.rows`
        insert into demand_hours (hour, lat, lng, requests, unmet, price)
        select ${hour}::timestamptz, lat, lng, count(*), count(*) filter (where is_unmet), sum(price) from demand_requests
        where created_at >= ${hour} and created_at < ${next} group by lat, lng`;
      hour = next;
    }
    if (hour > summed.before) await tx.rows`update demand_summed set before = ${hour}`;
    if (count > 0) await tx.rows`delete from demand_hours where hour < ${oldest}`;
    return count;
  });
}

function hourOf(ms: number): Date {
  return new Date(Math.floor(ms / HOUR_MS) * HOUR_MS);
}
