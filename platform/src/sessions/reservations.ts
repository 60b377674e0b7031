/** What a wallet has promised: the sessions that may still cost its pool something, of all its workspaces together. */
import type { Transaction } from "../db/database.ts";

export interface Promised {
  /** µUSDC, all of it. */
  total: bigint;
  /** The part of sessions that have not ended. */
  open: bigint;
}

/** Sums it up, and keeps everybody else from doing the same for this wallet until the transaction ends. */
export async function promisedBy(tx: Transaction, wallet: string): Promise<Promised> {
  // Two statements: the second one's snapshot has to be younger than the lock.
  await tx.rows`select pg_advisory_xact_lock(1, hashtext(${wallet}))`;
  const row = await tx.row<Promised>`
    select coalesce(sum(reserved), 0) as total, coalesce(sum(reserved) filter (where ended_at is null), 0) as open
    from sessions where consumer_wallet = ${wallet} and reserved > 0`;
  return row as Promised;
}

/** Does one thing at a time for each key: those who wait for a wallet's lock hold no connection meanwhile. */
export function oneAtATime(): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, act) => {
    const next = (last.get(key) ?? Promise.resolve()).then(act, act);
    const done = next.then(
      () => undefined,
      () => undefined,
    );
    last.set(key, done);
    void done.then(() => {
      if (last.get(key) === done) last.delete(key);
    });
    return next;
  };
}
