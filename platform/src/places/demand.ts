/** What was asked for where: requests of the last 30 days in cells of about 5 km, without who asked. */
import type { Clock } from "../clock.ts";
import type { Queries } from "../db/database.ts";

export const DEMAND_DAYS = 30;
/** A cell's side, degrees of latitude: 5 km. */
const CELL = 0.045;
/** Cells at most, those with the most requests. */
const MOST_CELLS = 5_000;
/** It sums up a month: nobody needs it newer, ms. */
const KEPT_MS = 30_000;

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
      const cells = count(db, new Date(now - DEMAND_DAYS * 86_400_000));
      kept = { at: now, cells };
      cells.catch(() => (kept = undefined));
    }
    return kept.cells;
  };
}

/** Cells of one row of latitude are as wide as they are high. */
async function count(db: Queries, since: Date): Promise<DemandCell[]> {
  const rows = await db.rows<{ lat: number; lng: number; requests: bigint; unmet: bigint; price: bigint | null }>`
    with places as (
      select (floor(requested_lat / ${CELL}::double precision) + 0.5) * ${CELL}::double precision as lat, requested_lng,
        operator_workspace_id is null and state in ('EXPIRED', 'CANCELLED') as is_unmet, rate_per_second * max_duration_seconds as price
      from sessions where created_at >= ${since}
    ), cells as (
      select lat, ${CELL}::double precision / greatest(cos(radians(lat)), 0.01) as width, requested_lng, is_unmet, price from places
    )
    select lat, least((floor(requested_lng / width) + 0.5) * width, 180) as lng, count(*) as requests,
      count(*) filter (where is_unmet) as unmet, round(avg(price)) as price
    from cells group by 1, 2 order by count(*) desc, 1, 2 limit ${MOST_CELLS}`;
  return rows.map(({ lat, lng, requests, unmet, price }) => ({
    lat: Number(lat.toFixed(6)),
    lng: Number(lng.toFixed(6)),
    requests: Number(requests),
    unmet: Number(unmet),
    avgMaxPriceMicroUsdc: price === null ? null : Number(price),
  }));
}
