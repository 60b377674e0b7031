/** Has what the contract refused tried again as soon as an event makes room for it, whichever of the two is written down first. */
import type { Transaction } from "../db/database.ts";

/** Events that do. */
const MAKES_ROOM = ["Deposited", "DailyLimitSet", "DefaultDailyLimitSet", "PoolDailyLimitSet", "Unpaused"];

export function makesRoom(name: string): boolean {
  return MAKES_ROOM.includes(name);
}

/** One at a time writes what was read, or was refused; whoever has waited sees what the other wrote. */
export async function lockLedger(tx: Transaction): Promise<void> {
  await tx.rows`select pg_advisory_xact_lock(2, 0)`;
}

/** @param first The block from which on events count. */
export async function tryAgain(tx: Transaction, first: bigint, now: Date): Promise<void> {
  await tx.rows`
    update settlements s set due_at = ${now}::timestamptz from chain_events e
    where e.block_number >= ${first} and e.name = any (${MAKES_ROOM}::text[])
      and s.state = 'PENDING' and s.refusal is not null and s.due_at > ${now}::timestamptz
      and (e.name in ('DefaultDailyLimitSet', 'PoolDailyLimitSet', 'Unpaused') or (e.name = 'DailyLimitSet' and e.consumer = s.consumer_wallet)
        or (e.name = 'Deposited' and e.consumer = s.consumer_wallet and s.to_amount + s.fee_amount <= (select balance from pools p where p.consumer = e.consumer)))`;
}
