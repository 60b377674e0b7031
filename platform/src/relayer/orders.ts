/** Takes down what people tell the relayer, and lets it ask: to sign nothing more, to go on, to pay more for a transaction. */
import type { Hash } from "viem";
import type { Database, Queries, Transaction } from "../db/database.ts";
import type { Lease } from "./lease.ts";

/** Who says so, and why. */
export interface Said {
  by: string;
  reason: string | undefined;
}

export interface Pause {
  by: string;
  reason: string | null;
  at: Date;
}

/** Nothing may be signed now. */
export class Paused extends Error {}

/** @returns Who has paused the relayer; undefined while it works. */
export async function pauseOf(db: Queries): Promise<Pause | undefined> {
  const last = await db.row<Pause & { what: string }>`
    select what, ordered_by as by, reason, ordered_at as at from relayer_orders where what <> 'replace' order by id desc limit 1`;
  return last?.what === "pause" ? last : undefined;
}

/**
 * Pauses it, or lets it go on. Once this has returned from a pause nothing more is signed: what was being signed meanwhile
 * is done, and among what is in flight.
 *
 * @returns false if it is so already.
 */
export async function order(db: Database, what: "pause" | "resume", { by, reason }: Said, now: Date): Promise<boolean> {
  return await db.transaction(async (tx) => {
    // Whoever signs holds this row until it has written down what it signed.
    await tx.rows`select fence from leases where name = 'relayer' for update`;
    if (((await pauseOf(tx)) !== undefined) === (what === "pause")) return false;
    await tx.rows`insert into relayer_orders (what, ordered_by, reason, ordered_at) values (${what}, ${by}, ${reason ?? null}, ${now})`;
    return true;
  });
}

/** Has this version replaced by one that pays more, as soon as that can be. Ordered twice, it is replaced once. */
export async function orderReplacement(db: Queries, hash: Hash, { by, reason }: Said, now: Date): Promise<void> {
  await db.rows`
    insert into relayer_orders (what, subject, ordered_by, reason, ordered_at) values ('replace', ${hash}, ${by}, ${reason ?? null}, ${now})
    on conflict (subject) where what = 'replace' do nothing`;
}

export async function isToBeReplaced(db: Queries, hash: Hash): Promise<boolean> {
  const row = await db.row`select 1 as one from relayer_orders where what = 'replace' and subject = ${hash}`;
  return row !== undefined;
}

/** Within the transaction that writes down what was signed. @throws {LeaseLost} @throws {Paused} */
export async function guardSigning(lease: Lease, tx: Transaction): Promise<void> {
  await lease.guard(tx);
  if ((await pauseOf(tx)) !== undefined) throw new Paused("somebody has paused the relayer");
}
