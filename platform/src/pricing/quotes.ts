/** Quotes: a price that stands for half a minute, for one workspace, one place and one duration, once. */
import type { Clock, Entropy } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import { Refused } from "../refusal.ts";

export const QUOTE_SECONDS = 30;
/** A session may be opened this far from where it was quoted, metres. */
export const QUOTE_RADIUS_METERS = 50;

export interface QuoteRow {
  id: string;
  workspaceId: string;
  lat: number;
  lng: number;
  durationSeconds: number;
  ratePerSecond: bigint;
  expiresAt: Date;
  usedAt: Date | null;
}

export async function makeQuote(
  db: Queries,
  { clock, entropy, baseRate }: { clock: Clock; entropy: Entropy; baseRate: bigint },
  {
    workspaceId,
    lat,
    lng,
    durationSeconds,
  }: { workspaceId: string; lat: number; lng: number; durationSeconds: number },
): Promise<QuoteRow> {
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + QUOTE_SECONDS * 1_000);
  const row = await db.row<QuoteRow>`
    insert into quotes (id, workspace_id, lat, lng, duration_seconds, rate_per_second, created_at, expires_at)
    values (${entropy.uuid()}, ${workspaceId}, ${lat}, ${lng}, ${durationSeconds}, ${baseRate}, ${now}, ${expiresAt}) returning *`;
  return row as QuoteRow;
}

/** Uses a quote up. @returns Its rate, µUSDC a second. */
export async function takeQuote(
  tx: Queries,
  { clock }: { clock: Clock },
  wanted: { quoteId: string; workspaceId: string; lat: number; lng: number; maxDurationSeconds: number },
): Promise<bigint> {
  const now = clock.now();
  const quote =
    await tx.row<QuoteRow>`select * from quotes where id = ${wanted.quoteId} and workspace_id = ${wanted.workspaceId} for update`;
  if (quote === undefined)
    throw new Refused("QUOTE_NOT_FOUND", "This workspace has no such quote.", { detail: "pricing:quoteNotFound" });
  if (quote.usedAt !== null)
    throw new Refused("CONFLICT", "This quote has been used.", { detail: "pricing:quoteAlreadyUsed" });
  if (quote.expiresAt <= now)
    throw new Refused("QUOTE_EXPIRED", `A quote stands for ${QUOTE_SECONDS} s: ask for a new one.`, {
      detail: "pricing:quoteExpired",
    });
  if (metersBetween(quote, wanted) > QUOTE_RADIUS_METERS)
    throw new Refused("INVALID_INPUT", `The quote is for a place more than ${QUOTE_RADIUS_METERS} m away.`, {
      detail: "pricing:quotePlace",
    });
  if (wanted.maxDurationSeconds > quote.durationSeconds)
    throw new Refused("INVALID_INPUT", `The quote is for ${quote.durationSeconds} s at most.`, {
      detail: "pricing:quoteDuration",
    });
  await tx.rows`update quotes set used_at = ${now} where id = ${quote.id}`;
  return quote.ratePerSecond;
}

interface Point {
  lat: number;
  lng: number;
}

/** Along a sphere of the earth's mean radius (haversine). */
export function metersBetween(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const h =
    Math.sin(((b.lat - a.lat) * rad) / 2) ** 2 +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(((b.lng - a.lng) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}
