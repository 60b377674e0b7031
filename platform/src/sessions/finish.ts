/** Ends a session: reads its meter, frees its operator, and makes its settlement due, all in one statement of one transaction. */
import { splitCharge } from "@luxxon/contracts-abi";
import type { Transaction } from "../db/database.ts";
import { SILENT_SECONDS } from "../media/media.ts";
import { FREE_OPERATORS } from "./free.ts";
import { cleanSeconds, type Window } from "./meter.ts";
import type { SessionRow, SessionWithSettlement } from "./session.ts";

export interface Finish {
  state: "ENDED" | "EXPIRED";
  reason: string;
  at: Date;
  /** Whether its settlement goes in the very next transaction: its pool is about to run dry. */
  isUrgent: boolean;
}

/** @param session LIVE, and locked by this transaction. */
export async function finish(
  tx: Transaction,
  session: SessionRow,
  { state, reason, at, isUrgent }: Finish,
): Promise<SessionWithSettlement> {
  const { id, startedAt, maxDurationSeconds, ratePerSecond, feeBps } = session;
  const quietSince = new Date(at.getTime() - SILENT_SECONDS * 1_000);
  // The last one may be a silence that nobody has noticed yet.
  const windows = await tx.rows<Window>`
    select opened_at, closed_at from disconnect_windows where session_id = ${id}
    union all select last_at, null from video_beats where session_id = ${id} and not is_away and last_at <= ${quietSince}`;
  const seconds = startedAt === null ? 0 : cleanSeconds({ startedAt, endedAt: at, windows, maxDurationSeconds });
  const charged = ratePerSecond * BigInt(seconds);
  const { toAmount, feeAmount } = splitCharge(charged, feeBps);
  const row = await tx.row<SessionWithSettlement>`
    with ended as (
      update sessions set state = ${state}, end_reason = ${reason}, ended_at = ${at}::timestamptz, clean_seconds = ${seconds}, charged = ${charged},
        reserved = ${charged}, video_backend_ref = null
      where id = ${id} returning *
    ), due as (
      insert into settlements (session_id, state, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount,
        fee_bps, urgent, created_at, due_at)
      select id, 'PENDING', consumer_wallet, operator_wallet, rate_per_second, clean_seconds, ${toAmount}::bigint, ${feeAmount}::bigint, fee_bps,
        ${isUrgent}::boolean, ${at}::timestamptz, ${at}::timestamptz
      from ended where charged > 0 returning state
    ), ${FREE_OPERATORS}, told as (
      select pg_notify('settlements', '') where ${isUrgent}
    ) select ended.*, (select state from due) as settlement_state, null as tx_hash, (select count(*) from told) as told from ended`;
  return row as SessionWithSettlement;
}
