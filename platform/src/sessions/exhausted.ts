/**
 * Ends live sessions whose consumer's pool is about to run dry: what is left would not cover what has been used and what
 * can be used until a settlement is mined. Whatever takes from the pool counts: a withdrawal, a limit, other sessions.
 */
import type { Address } from "viem";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Media } from "../media/media.ts";
import { finish } from "./finish.ts";
import type { SessionRow } from "./session.ts";

export interface ExhaustedContext {
  db: Database;
  chain: Chain;
  clock: Clock;
  media: Media;
}

/** From here to a mined settlement, seconds: a turn of the relayer, a block, and what is rounded. */
export const SETTLING_SECONDS = 4n;

/** @param among Whose pools something happened to; undefined: of everybody. @returns The sessions that were ended. */
export async function endExhausted(
  { db, chain, clock, media }: ExhaustedContext,
  among?: ReadonlySet<string>,
): Promise<string[]> {
  if (among?.size === 0) return [];
  const wallets = among === undefined ? null : [...among];
  const live = await db.rows<{ wallet: Address; rate: bigint; used: bigint; due: bigint }>`
    select l.consumer_wallet as wallet, l.rate, l.used,
      coalesce((select sum(t.to_amount + t.fee_amount) from settlements t
        where t.consumer_wallet = l.consumer_wallet and t.state <> 'CONFIRMED' and t.event_block is null and t.written_off_at is null), 0) as due
    from (
      select consumer_wallet, sum(rate_per_second) as rate,
        sum(rate_per_second * least(max_duration_seconds, greatest(0, ceil(extract(epoch from ${clock.now()}::timestamptz - started_at)))::bigint)) as used
      from sessions where state = 'LIVE' and (${wallets}::text[] is null or consumer_wallet = any (${wallets}::text[])) group by consumer_wallet
    ) l`;
  const ended: string[] = [];
  // Each by itself: one that fails keeps no other from its end, and nothing goes on once this has returned.
  const looks = await Promise.allSettled(
    live.map(async ({ wallet, rate, used, due }) => {
      const available = await chain.view("available", [wallet]);
      if (available >= due + used + rate * SETTLING_SECONDS) return;
      ended.push(...(await endAllOf({ db, clock }, wallet)));
    }),
  );
  for (const id of ended) await media.close(id);
  for (const look of looks) if (look.status === "rejected") throw look.reason;
  return ended;
}

async function endAllOf({ db, clock }: Pick<ExhaustedContext, "db" | "clock">, wallet: string): Promise<string[]> {
  return await db.transaction(async (tx) => {
    const sessions =
      await tx.rows<SessionRow>`select * from sessions where consumer_wallet = ${wallet} and state = 'LIVE' order by id for update`;
    for (const session of sessions)
      await finish(tx, session, { state: "ENDED", reason: "POOL_EXHAUSTED", at: clock.now(), isUrgent: true });
    return sessions.map(({ id }) => id);
  });
}

/** Ends live sessions that nobody guarantees, because the chain stands: nothing can be read of their pools. */
export async function endUnguaranteed({ db, clock, media }: Omit<ExhaustedContext, "chain">): Promise<string[]> {
  const ended = await db.transaction(async (tx) => {
    const sessions =
      await tx.rows<SessionRow>`select * from sessions where state = 'LIVE' and not guaranteed order by id for update skip locked`;
    for (const session of sessions)
      await finish(tx, session, { state: "ENDED", reason: "CHAIN_STANDS", at: clock.now(), isUrgent: true });
    return sessions.map(({ id }) => id);
  });
  for (const id of ended) await media.close(id);
  return ended;
}
