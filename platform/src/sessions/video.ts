/**
 * What is known of sessions' video: the first picture makes a session LIVE, and the time in which nothing came is a window
 * that is not charged. It is told by the packets that came in here, and by events of a video backend elsewhere; each
 * window begins and ends when it happened, not when it was noticed.
 */
import type { Clock } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";
import { type Seen, SILENT_SECONDS } from "../media/media.ts";

/** So many in one transaction. */
const AT_ONCE = 200;

interface Turn {
  sessionId: string;
  at: Date;
  isConnected: boolean;
}

/**
 * Writes down what came in of sessions' video. Said twice it comes to the same; what one process did not live to say of a
 * silence is said by the next one that hears something.
 *
 * @returns The sessions of it that are over.
 */
export async function noteSeen(db: Database, seen: readonly Seen[]): Promise<string[]> {
  if (seen.length === 0) return [];
  const ids = seen.map(({ sessionId }) => sessionId);
  const times = (of: (video: NonNullable<Seen["video"]>) => Date) =>
    seen.map(({ video }) => (video === undefined ? null : of(video)));
  return await db.transaction(async (tx) => {
    const beats = await tx.rows<{ sessionId: string; before: Date | null; wasAway: boolean | null; fromAt: Date }>`
      with seen as (
        select v.*, s.state, s.max_duration_seconds from unnest(${ids}::uuid[], ${times(({ pictureAt }) => pictureAt)}::timestamptz[],
          ${times(({ from }) => from)}::timestamptz[], ${times(({ until }) => until)}::timestamptz[]) as v (id, picture_at, from_at, until_at)
        join sessions s on s.id = v.id
        where v.picture_at is not null and s.video_backend_ref is not null
          and (s.state = 'LIVE' or (s.state = 'ASSIGNED' and s.expires_at > v.picture_at))
      ), live as (
        update sessions s set state = 'LIVE', started_at = v.picture_at, expires_at = v.picture_at + v.max_duration_seconds * interval '1 second'
        from seen v where s.id = v.id and s.state = 'ASSIGNED'
      ), beats as (
        insert into video_beats as b (session_id, last_at) select id, until_at from seen
        on conflict (session_id) do update set last_at = excluded.last_at, is_away = false where excluded.last_at > b.last_at
        returning session_id, old.last_at as before, old.is_away as was_away
      ) select b.*, v.from_at from beats b join seen v on v.id = b.session_id`;
    const turns = beats.flatMap(({ sessionId, before, wasAway, fromAt }): Turn[] => {
      if (before === null || (wasAway !== true && fromAt <= before)) return [];
      const again = fromAt > before ? fromAt : before;
      return [
        { sessionId, at: before, isConnected: false },
        { sessionId, at: again, isConnected: true },
      ];
    });
    await noteTurns(tx, turns);
    const over = await tx.rows<{ id: string }>`
      select id from sessions where id = any (${ids}::uuid[]) and state not in ('ASSIGNED', 'LIVE')`;
    return over.map(({ id }) => id);
  });
}

/** Opens a window for each live session of which nothing comes any more, and forgets those that are over. @returns How many. */
export async function openSilentWindows({ db, clock }: { db: Database; clock: Clock }): Promise<number> {
  const since = new Date(clock.now().getTime() - SILENT_SECONDS * 1_000);
  const any = await db.row`select 1 from video_beats where not is_away and last_at <= ${since} limit 1`;
  if (any === undefined) return 0;
  return await db.transaction(async (tx) => {
    const quiet = await tx.rows<{ sessionId: string; at: Date }>`
      with quiet as (
        select b.session_id, s.state = 'LIVE' as is_live from video_beats b join sessions s on s.id = b.session_id
        where not b.is_away and b.last_at <= ${since} limit ${AT_ONCE} for update of b skip locked
      ), over as (
        delete from video_beats b using quiet q where b.session_id = q.session_id and not q.is_live
      ) update video_beats b set is_away = true from quiet q where b.session_id = q.session_id and q.is_live
      returning b.session_id, b.last_at as at`;
    await noteTurns(
      tx,
      quiet.map((it) => ({ ...it, isConnected: false })),
    );
    return quiet.length;
  });
}

export interface VideoEvent {
  /** What the session calls its video. */
  ref: string;
  isConnected: boolean;
  at: Date;
}

/** What a video backend elsewhere saw. Said twice, late or in another order it comes to the same. @returns Whether it is of a live session. */
export async function noteVideoEvent(
  db: Database,
  { clock }: { clock: Clock },
  { ref, isConnected, at: said }: VideoEvent,
): Promise<boolean> {
  const now = clock.now();
  const at = said > now ? now : said;
  return await db.transaction(async (tx) => {
    const session = await tx.row<{ id: string }>`
      select id from sessions where video_backend_ref = ${ref} and state in ('ASSIGNED', 'LIVE')`;
    if (session === undefined) return false;
    return await noteTurns(tx, [{ sessionId: session.id, at, isConnected }]);
  });
}

/** @returns Whether any of the sessions is still to be charged. */
async function noteTurns(tx: Transaction, turns: readonly Turn[]): Promise<boolean> {
  if (turns.length === 0) return false;
  // Who ends a session holds its row: it has read these windows, or reads them.
  const open = await tx.rows<{ id: string; ref: string }>`
    select id, video_backend_ref as ref from sessions where id = any (${turns.map(({ sessionId }) => sessionId)}::uuid[])
      and state in ('ASSIGNED', 'LIVE') and video_backend_ref is not null order by id for update`;
  for (const { id, ref } of open) {
    const mine = turns.filter(({ sessionId }) => sessionId === id);
    const news = await tx.rows`
      insert into video_events (ref, is_connected, at)
      select ${ref}, t.* from unnest(${mine.map((it) => it.isConnected)}::boolean[], ${mine.map((it) => it.at)}::timestamptz[]) as t
      on conflict do nothing returning id`;
    if (news.length === 0) continue;
    // All windows again, out of all that was said so far.
    await tx.rows`delete from disconnect_windows where session_id = ${id} and reason = 'NETWORK_ERROR'`;
    await tx.rows`
      insert into disconnect_windows (session_id, reason, opened_at, closed_at)
      select ${id}::uuid, 'NETWORK_ERROR', at, next_at from (
        select at, is_connected, lead(at) over (order by at, id) as next_at
        from (select id, at, is_connected, lag(is_connected) over (order by at, id) as before from video_events where ref = ${ref}) e
        where before is distinct from is_connected) turns
      where not is_connected`;
  }
  return open.length > 0;
}
