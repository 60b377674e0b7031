/**
 * Holds the ledger against the contract itself: what the events add up to at a block is what the contract says that it owes
 * there, in all and to each consumer that something happened to. An endpoint that left a log out is found by this, whatever
 * it says next time.
 */
import type { Address } from "viem";
import { raiseAlarm } from "../alarms.ts";
import type { Chain } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { lastWindow, rollBack } from "./apply.ts";
import { Moved, readEvents } from "./read.ts";

interface TotalsContext {
  db: Database;
  chain: Chain;
  clock: Clock;
  usdc: Address;
  deploymentBlock: bigint;
  log: { warn(what: object, message: string): void };
}

/** - `unknown`: the node no longer has the state, or the chain moved; the next block will do. */
export type Outcome = "equal" | "differs" | "rolledBack" | "unknown";

/** Consumers whose balances are asked for at once. */
const AT_ONCE = 100;

/** @param good Up to here everything was found right. */
export async function compareTotals(context: TotalsContext, block: bigint, good: bigint): Promise<Outcome> {
  const { db, chain, clock, log } = context;
  const ledger = await db.row<{ total: bigint; last: bigint }>`
    select coalesce((select sum(balance) from pools), 0) - coalesce((
        select sum(case name when 'Deposited' then amount else -amount end) from chain_events
        where block_number > ${block} and name in ('Deposited', 'Withdrawn', 'Settled')), 0) as total,
      coalesce((select max(to_block) from chain_windows), -1) as last`;
  // What is not read up to this block says nothing about it.
  if (ledger === undefined || ledger.last < block) return "unknown";
  const touched = await db.rows<{ consumer: Address; balance: bigint }>`
    select t.consumer, coalesce((select balance from pools p where p.consumer = t.consumer), 0) - coalesce((
        select sum(case name when 'Deposited' then amount else -amount end) from chain_events e
        where e.consumer = t.consumer and block_number > ${block} and name in ('Deposited', 'Withdrawn', 'Settled')), 0) as balance
    from (select distinct consumer from chain_events
      where block_number > ${good} and block_number <= ${block} and name in ('Deposited', 'Withdrawn', 'Settled') limit ${AT_ONCE}) t`;
  const differing: string[] = [];
  try {
    const [total, ...balances] = await Promise.all([
      chain.view("totalDeposits", [], block),
      ...touched.map(({ consumer }) => chain.view("deposits", [consumer], block)),
    ]);
    if (total !== ledger.total) differing.push(`owes ${total} µUSDC, and the events add up to ${ledger.total}`);
    for (const [i, { consumer, balance }] of touched.entries())
      if (balances[i] !== balance)
        differing.push(`owes ${balances[i]} µUSDC to ${consumer}, and the events say ${balance}`);
  } catch {
    // Nodes do not keep the state of old blocks for ever.
    return "unknown";
  }
  if (differing.length === 0) return "equal";
  // Unless the chain was replaced meanwhile: then the next turn sees to it.
  const last = await lastWindow(db);
  if (last === undefined || (await chain.block(last.toBlock))?.hash !== last.toHash) return "unknown";
  const message = `At block ${block} the contract ${differing[0]}.`;
  log.warn({ block: block.toString(), differing }, "the ledger differs from the contract: reading again");
  await raiseAlarm(db, { kind: "ledger.differs", subject: chain.settlement, message }, clock.now());
  const wrong = await firstWrong(context, good, block);
  // The same events once more: nothing was left out, and rolling back would heal nothing.
  if (wrong === undefined) return "differs";
  await rollBack(db, wrong - 1n, clock.now());
  return "rolledBack";
}

/** The first block of which the chain now has other events than the table. */
async function firstWrong(context: TotalsContext, good: bigint, block: bigint): Promise<bigint | undefined> {
  const { db, chain, usdc, deploymentBlock } = context;
  const to = await chain.block(block);
  if (to === undefined) return undefined;
  const from = good + 1n > deploymentBlock ? good + 1n : deploymentBlock;
  const kept = await db.rows<{ blockHash: string; logIndex: number; blockNumber: bigint }>`
    select block_hash, log_index, block_number from chain_events where block_number between ${from} and ${block}`;
  const keyOf = ({ blockHash, logIndex }: { blockHash: string; logIndex: number }) => `${blockHash}/${logIndex}`;
  const left = new Map(kept.map((event) => [keyOf(event), event.blockNumber]));
  let wrong: bigint | undefined;
  const note = (number: bigint) => {
    if (wrong === undefined || number < wrong) wrong = number;
  };
  try {
    for await (const { events } of readEvents(chain, usdc, from, to))
      for (const event of events) if (!left.delete(keyOf(event))) note(event.blockNumber);
  } catch (error) {
    if (error instanceof Moved) return undefined;
    throw error;
  }
  for (const number of left.values()) note(number);
  return wrong;
}
