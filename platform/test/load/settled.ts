/** Writes sessions into the tables, as many as one likes at once, and waits until they are settled. */
import { setTimeout as sleep } from "node:timers/promises";
import { splitCharge, uuidRuns } from "@luxxon/contracts-abi";
import { systemEntropy } from "../../src/clock.ts";
import type { Database } from "../../src/db/database.ts";
import type { People } from "./people.ts";

export interface WrittenSession {
  id: string;
  consumer: string;
  operator: string;
  toAmount: bigint;
  feeAmount: bigint;
}

export const RATE = 1_000n;
/** Of each session that is written, seconds. */
export const SECONDS = 10;
const FEE_BPS = 1_500;

/**
 * @param state LIVE: they have had their time at `at`, when the clock ends them. ENDED: they ended then, and their
 * settlements are due.
 */
export async function writeSessions(
  db: Database,
  { consumers, operators }: People,
  count: number,
  state: "LIVE" | "ENDED",
  at: Date,
): Promise<WrittenSession[]> {
  const charged = RATE * BigInt(SECONDS);
  const { toAmount, feeAmount } = splitCharge(charged, FEE_BPS);
  const ids = newIds();
  const sessions = Array.from({ length: count }, (_, i) => {
    const consumer = consumers[i % consumers.length] as (typeof consumers)[number];
    const operator = operators[i % operators.length] as (typeof operators)[number];
    return { id: ids.next().value, consumer, operator };
  });
  const isLive = state === "LIVE";
  for (let i = 0; i < count; i += 1_000) {
    const rows = sessions.slice(i, i + 1_000).map(({ id, consumer, operator }) => ({
      id,
      consumer: consumer.workspaceId,
      operator: operator.workspaceId,
      consumer_wallet: consumer.address,
      operator_wallet: operator.address,
    }));
    await db.rows`
      with written as (
        insert into sessions (id, consumer_workspace_id, operator_workspace_id, consumer_wallet, operator_wallet, state, requested_lat, requested_lng,
          max_duration_seconds, wait_timeout_seconds, rate_per_second, fee_bps, guaranteed, reserved, clean_seconds, charged, created_at, expires_at,
          started_at, ended_at)
        select id, consumer, operator, consumer_wallet, operator_wallet, ${state}, 4.71, -74.07, ${SECONDS}, 60, ${RATE}, ${FEE_BPS}, false, ${charged},
          ${isLive ? 0 : SECONDS}, ${isLive ? 0n : charged}, ${at}::timestamptz - interval '1 minute', ${at}::timestamptz,
          ${at}::timestamptz - ${SECONDS} * interval '1 second', ${isLive ? null : at}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, consumer uuid, operator uuid, consumer_wallet text, operator_wallet text)
        returning id, consumer_wallet, operator_wallet
      ) insert into settlements (session_id, state, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount, fee_bps,
          urgent, created_at, due_at)
        select id, 'PENDING', consumer_wallet, operator_wallet, ${RATE}, ${SECONDS}, ${toAmount}, ${feeAmount}, ${FEE_BPS}, false, ${at}::timestamptz, ${at}::timestamptz
        from written where ${!isLive}`;
  }
  return sessions.map(({ id, consumer, operator }) => ({
    id,
    consumer: consumer.address,
    operator: operator.address,
    toAmount,
    feeAmount,
  }));
}

export function newIds() {
  return uuidRuns((bytes) => {
    bytes.set(systemEntropy.bytes(bytes.length));
    return bytes;
  });
}

/** Waits until every session is over and every settlement confirmed; fails if that stands still for a minute. */
export async function allConfirmed(db: Database, onProgress: (left: number) => void = () => undefined): Promise<void> {
  let [least, since] = [Number.POSITIVE_INFINITY, Date.now()];
  for (;;) {
    const row = await db.row<{ left: bigint }>`
      select (select count(*) from sessions where state in ('REQUESTED', 'ASSIGNED', 'LIVE'))
        + (select count(*) from settlements where state <> 'CONFIRMED') as left`;
    const left = Number(row?.left);
    if (left === 0) return;
    onProgress(left);
    if (left < least) [least, since] = [left, Date.now()];
    if (Date.now() - since > 60_000)
      throw new Error(`${left} sessions are not settled, and nothing has moved for 60 s`);
    await sleep(200);
  }
}
