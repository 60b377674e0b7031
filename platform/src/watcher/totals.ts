/**
 * Holds the ledger against the contract itself: what the events add up to at a block is what the contract says that it owes
 * there. An endpoint that left a log out is found by this, whatever it says next time.
 */
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { lastWindow, rollBack } from "./apply.ts";

interface TotalsContext {
  db: Database;
  chain: Chain;
  clock: Clock;
  log: { warn(what: object, message: string): void };
}

/** @param good Up to here everything was found right; what was read after it is read again if there is a difference. */
export async function compareTotals(
  { db, chain, clock, log }: TotalsContext,
  block: bigint,
  good: bigint,
): Promise<void> {
  let contract: bigint;
  try {
    contract = await chain.view("totalDeposits", [], block);
  } catch {
    // Nodes do not keep the state of old blocks for ever: the next one will do.
    return;
  }
  const ledger = await db.row<{ total: bigint; last: bigint }>`
    select coalesce((select sum(balance) from pools), 0) - coalesce((
        select sum(case name when 'Deposited' then amount else -amount end) from chain_events
        where block_number > ${block} and name in ('Deposited', 'Withdrawn', 'Settled')), 0) as total,
      coalesce((select max(to_block) from chain_windows), -1) as last`;
  // What is not read up to this block says nothing about it.
  if (ledger === undefined || ledger.last < block || ledger.total === contract) return;
  // Unless the chain was replaced meanwhile: then the next turn sees to it.
  const last = await lastWindow(db);
  if (last === undefined || (await chain.block(last.toBlock))?.hash !== last.toHash) return;
  log.warn(
    { block: block.toString(), contract: contract.toString(), ledger: ledger.total.toString() },
    "the ledger differs from the contract: reading again",
  );
  await db.rows`
    insert into alarms (kind, subject, message, raised_at) values ('ledger.differs', ${block.toString()},
      ${`At block ${block} the contract owes ${contract} µUSDC, and the events add up to ${ledger.total}.`}, ${clock.now()}) on conflict do nothing`;
  await rollBack(db, good, clock.now());
}
