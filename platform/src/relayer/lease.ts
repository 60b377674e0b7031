/**
 * Lets one process at a time do a thing. Whoever holds the lease renews it; who finds it run out takes it over, with a
 * larger fence, and what the one before still writes is refused by that.
 */
import type { Clock, Entropy } from "../clock.ts";
import type { Database, Transaction } from "../db/database.ts";

/** How long a lease outlives its last renewal, ms: so long does a death go unnoticed. */
export const LEASE_MS = 8_000;
const RENEW_MS = 2_000;
/** A lease that ends so far from now was taken by a clock that jumped, ms. */
const JUMPED_MS = 60_000;

export class LeaseLost extends Error {}

export interface Lease {
  /** Takes or renews it. @returns Whether this process holds it. */
  hold(): Promise<boolean>;
  readonly fence: bigint;
  /** Within a transaction: nobody takes the lease over before it is committed. @throws {LeaseLost} */
  guard(tx: Transaction): Promise<void>;
  release(): Promise<void>;
}

export function openLease(
  name: string,
  { db, clock, entropy }: { db: Database; clock: Clock; entropy: Entropy },
): Lease {
  const holder = entropy.uuid();
  let held: { fence: bigint; at: number } | undefined;
  return {
    get fence() {
      return held?.fence ?? -1n;
    },
    async hold() {
      const now = clock.now();
      if (held !== undefined && now.getTime() - held.at < RENEW_MS && now.getTime() >= held.at) return true;
      const expires = new Date(now.getTime() + LEASE_MS);
      const row = await db.row<{ fence: bigint }>`
        insert into leases as l (name, holder, fence, expires_at) values (${name}, ${holder}, 1, ${expires})
        on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at,
          fence = case when l.holder = excluded.holder then l.fence else l.fence + 1 end
        where l.holder = excluded.holder or l.expires_at <= ${now} or l.expires_at > ${new Date(now.getTime() + JUMPED_MS)}
        returning fence`;
      held = row === undefined ? undefined : { fence: row.fence, at: now.getTime() };
      return held !== undefined;
    },
    async guard(tx) {
      const row =
        await tx.row`select 1 as held from leases where name = ${name} and holder = ${holder} and fence = ${held?.fence ?? -1n} for share`;
      if (row !== undefined) return;
      held = undefined;
      throw new LeaseLost(`the lease ${name} is another's`);
    },
    async release() {
      if (held === undefined) return;
      held = undefined;
      await db.rows`update leases set expires_at = ${clock.now()} where name = ${name} and holder = ${holder}`;
    },
  };
}
