/**
 * Opens and closes the windows in which a session's picture was away: they are not charged. Each begins and ends when it
 * happened, not when it was noticed.
 */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import { STALE_SECONDS, staleBefore } from "../workspaces/workspaces.ts";

/** An operator's heartbeat for one of its sessions. @throws {Refused} NOT_AUTHORIZED for another's session. */
export async function beatSession(
  db: Database,
  { clock }: { clock: Clock },
  operatorWorkspaceId: string,
  sessionId: string,
): Promise<void> {
  const now = clock.now();
  await db.transaction(async (tx) => {
    const beat = await tx.row<{ lastAt: Date | null; wasStale: boolean | null }>`
      insert into session_beats as b (session_id, last_at)
      select id, ${now}::timestamptz from sessions where id = ${sessionId} and operator_workspace_id = ${operatorWorkspaceId}
      on conflict (session_id) do update set last_at = greatest(b.last_at, excluded.last_at), is_stale = false
      returning old.last_at, old.is_stale as was_stale`;
    if (beat === undefined)
      throw new Refused("NOT_AUTHORIZED", "This workspace operates no such session.", {
        detail: "heartbeat:sessionId",
      });
    if (beat.wasStale)
      await tx.rows`
        update disconnect_windows set closed_at = greatest(opened_at, ${now}::timestamptz)
        where session_id = ${sessionId} and reason = 'STALE_TELEMETRY' and closed_at is null`;
    // It was away, and nobody looked meanwhile.
    else if (beat.lastAt !== null)
      await tx.rows`
        insert into disconnect_windows (session_id, reason, opened_at, closed_at)
        select id, 'STALE_TELEMETRY', greatest(started_at, ${beat.lastAt}::timestamptz) + ${STALE_SECONDS} * interval '1 second', ${now}::timestamptz
        from sessions where id = ${sessionId} and state = 'LIVE'
          and greatest(started_at, ${beat.lastAt}::timestamptz) + ${STALE_SECONDS} * interval '1 second' < ${now}::timestamptz`;
  });
}

/** Opens a window for each live session whose operator sent heartbeats and stopped. @returns How many. */
export async function openStaleWindows({ db, clock }: { db: Database; clock: Clock }): Promise<number> {
  const since = staleBefore({ clock });
  const opened = await db.rows`
    with quiet as (
      select b.session_id, greatest(s.started_at, b.last_at) as heard_at from session_beats b join sessions s on s.id = b.session_id
      where not b.is_stale and b.last_at <= ${since} and s.state = 'LIVE' and s.started_at <= ${since} for update of b skip locked
    ), marked as (
      update session_beats b set is_stale = true from quiet q where b.session_id = q.session_id
    ) insert into disconnect_windows (session_id, reason, opened_at)
    select session_id, 'STALE_TELEMETRY', heard_at + ${STALE_SECONDS} * interval '1 second' from quiet returning session_id`;
  return opened.length;
}
