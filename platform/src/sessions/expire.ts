/** Ends what nobody waits for any longer: sessions without an operator in time, and live ones that have had their time. */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Media } from "../media/media.ts";
import { finish } from "./finish.ts";
import { FREE_OPERATORS } from "./free.ts";
import type { SessionRow } from "./session.ts";

/** So many in one transaction. */
const AT_ONCE = 200;

/** @returns How many were ended; several processes may do this at once, each takes others. */
export async function expireSessions({
  db,
  clock,
  media,
}: {
  db: Database;
  clock: Clock;
  media: Media;
}): Promise<number> {
  const ended = await db.transaction(async (tx) => {
    const now = clock.now();
    const due = await tx.rows<SessionRow>`
      select * from sessions where state in ('REQUESTED', 'ASSIGNED', 'LIVE') and expires_at <= ${now}
      order by expires_at limit ${AT_ONCE} for update skip locked`;
    const waiting = due.filter(({ state }) => state !== "LIVE").map(({ id }) => id);
    if (waiting.length > 0)
      await tx.rows`
        with ended as (
          update sessions set state = 'EXPIRED', end_reason = 'NO_OPERATOR', ended_at = ${now}, reserved = 0, video_backend_ref = null
          where id = any (${waiting}::uuid[]) returning *
        ), ${FREE_OPERATORS} select id from ended`;
    for (const session of due.filter(({ state }) => state === "LIVE"))
      await finish(tx, session, { state: "EXPIRED", reason: "MAX_DURATION", at: session.expiresAt, isUrgent: false });
    return due.map(({ id }) => id);
  });
  for (const id of ended) await media.close(id);
  return ended.length;
}
