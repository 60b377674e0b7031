/** What the clock does: each job may run twice, late, or beside another, and the end is the same. */
import { forgetTries } from "../accounts/signIn.ts";
import type { Authz } from "../authz/authz.ts";
import type { Heads } from "../chain/heads.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { KEPT_HOURS } from "../keeping.ts";
import type { Media } from "../media/media.ts";
import { sumUpDemand } from "../places/demand.ts";
import { endUnguaranteed } from "../sessions/exhausted.ts";
import { expireSessions } from "../sessions/expire.ts";
import { openSilentWindows } from "../sessions/video.ts";
import { openStaleWindows } from "../sessions/windows.ts";
import { tidyEvents } from "../webhooks/events.ts";

export interface JobsContext {
  db: Database;
  clock: Clock;
  media: Media;
  authz: Authz;
  heads: Heads;
  staleChainEndSeconds: number;
}

/** How often what is only tidied up is looked at, ms. */
const TIDY_MS = 60_000;

export function openJobs(context: JobsContext): { turn(): Promise<boolean> } {
  const { db, clock, authz, heads, staleChainEndSeconds } = context;
  let tidiedAt = 0;
  let standsSince: number | undefined;
  return {
    async turn() {
      await openStaleWindows(context);
      await openSilentWindows(context);
      const expired = await expireSessions(context);
      await endWhileChainStands();
      await authz.applyLeft().catch(() => 0);
      const now = clock.now();
      if (now.getTime() - tidiedAt >= TIDY_MS) {
        const day = new Date(now.getTime() - KEPT_HOURS * 3_600_000);
        await db.rows`delete from challenges where expires_at < ${new Date(now.getTime() - 3_600_000)}`;
        await db.rows`delete from idempotency_keys where created_at < ${day}`;
        await db.rows`delete from wallet_sessions where expires_at < ${day}`;
        await db.rows`delete from quotes where expires_at < ${day} and used_at is null`;
        await db.rows`
          delete from session_beats b using sessions s
          where b.last_at < ${day} and s.id = b.session_id and s.state not in ('ASSIGNED', 'LIVE')`;
        await forgetTries(db, now);
        await tidyEvents(db, now);
        await sumUpDemand(context);
        tidiedAt = now.getTime();
      }
      return expired > 0;
    },
  };

  /** By the head's own time; where the chain cannot be asked at all, since it could last be. */
  async function endWhileChainStands(): Promise<void> {
    const now = clock.now().getTime() / 1_000;
    const head = await heads.latest().catch(() => undefined);
    if (head !== undefined) standsSince = head.timestamp;
    standsSince ??= now;
    if (now - standsSince >= staleChainEndSeconds) await endUnguaranteed(context);
  }
}
