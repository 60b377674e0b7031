/**
 * Writes what was read, with everything that follows from it, in one transaction; and takes it back the same way. Pools,
 * settlements and batches are functions of the events: whoever applied these rules to all events again would get them.
 */
import { refusals } from "@luxxon/contracts-abi";
import type { Head } from "../chain/chain.ts";
import type { Database, Queries, Transaction } from "../db/database.ts";
import { lockLedger, makesRoom, tryAgain } from "../settlements/tryAgain.ts";
import type { ChainEvent, ReadWindow } from "./read.ts";

export interface Window {
  toBlock: bigint;
  toHash: string;
  toTimestamp: bigint;
}

export function lastWindow(db: Queries): Promise<Window | undefined> {
  return db.row<Window>`select to_block, to_hash, to_timestamp from chain_windows order by to_block desc limit 1`;
}

/** Whether something was signed of which nothing has been read yet. */
export async function isBatchInFlight(db: Queries): Promise<boolean> {
  return (await db.row`select 1 as one from batches where not is_done limit 1`) !== undefined;
}

export function windowBefore(db: Queries, block: bigint): Promise<Window | undefined> {
  return db.row<Window>`select to_block, to_hash, to_timestamp from chain_windows where to_block < ${block} order by to_block desc limit 1`;
}

export interface Applied {
  /** Sessions that the contract settled in the window as they were due. */
  settled: number;
  /** Whose pool something happened to. */
  touched: Set<string>;
}

/** @returns undefined if another watcher was faster: the window does not begin where the last one ends. */
export async function applyWindow(
  db: Database,
  { from, to, events }: ReadWindow,
  now: Date,
): Promise<Applied | undefined> {
  return await db.transaction(async (tx) => {
    await lockLedger(tx);
    const joined = await tx.row`
      insert into chain_windows (from_block, to_block, to_hash, to_timestamp)
      select ${from}::bigint, ${to.number}::bigint, ${to.hash}, ${to.timestamp}::bigint
      where coalesce((select max(to_block) from chain_windows), ${from}::bigint - 1) = ${from}::bigint - 1
      on conflict do nothing returning to_block`;
    if (joined === undefined) return undefined;
    if (events.length > 0) await applyEvents(tx, events, now);
    return {
      settled: events.filter(({ name }) => name === "Settled").length,
      touched: new Set(events.flatMap(({ consumer }) => (consumer === null ? [] : [consumer]))),
    };
  });
}

async function applyEvents(tx: Transaction, events: readonly ChainEvent[], now: Date): Promise<void> {
  const rows = JSON.stringify(
    events.map((event) => ({
      block_hash: event.blockHash,
      log_index: event.logIndex,
      block_number: event.blockNumber.toString(),
      block_timestamp: event.blockTimestamp,
      tx_hash: event.txHash,
      name: event.name,
      consumer: event.consumer,
      operator: event.operator,
      session_id: event.sessionId,
      amount: event.amount?.toString() ?? null,
      args: event.args,
    })),
  );
  await tx.rows`
    insert into chain_events (block_hash, log_index, block_number, block_timestamp, tx_hash, name, consumer, operator, session_id, amount, args)
    select block_hash, log_index, block_number, block_timestamp, tx_hash, name, consumer, operator, session_id, amount, args
    from jsonb_to_recordset(${rows}::jsonb) as e (block_hash text, log_index int, block_number bigint, block_timestamp bigint, tx_hash text, name text,
      consumer text, operator text, session_id uuid, amount numeric, args jsonb)
    order by block_number, log_index`;
  const [first, last] = [events[0]?.blockNumber ?? 0n, events.at(-1)?.blockNumber ?? 0n];
  const has = (...names: string[]) => events.some(({ name }) => names.includes(name));

  if (has("Deposited", "Withdrawn", "Settled"))
    await tx.rows`
      insert into pools (consumer, balance, block_number)
      select consumer, sum(case name when 'Deposited' then amount else -amount end), max(block_number) from chain_events
      where block_number between ${first} and ${last} and name in ('Deposited', 'Withdrawn', 'Settled') group by consumer order by consumer
      on conflict (consumer) do update set balance = pools.balance + excluded.balance, block_number = excluded.block_number`;

  if (has("Settled")) {
    await tx.rows`
      update settlements s set state = case when state = 'CONFIRMED' then state else 'SUBMITTED' end, tx_hash = e.tx_hash, event_block = e.block_number,
        event_hash = e.block_hash, event_index = e.log_index, event_timestamp = e.block_timestamp, due_at = null, refusal = null
      from chain_events e
      where e.block_number between ${first} and ${last} and e.session_id = s.session_id and settles(e, s)`;
    // Settled by somebody, and not as it was due: a person has to look.
    await tx.rows`
      insert into alarms (kind, subject, message, raised_at)
      select case when s.session_id is null then 'settlement.unknown' else 'settlement.differs' end, e.args ->> 'sessionId',
        'The contract settled session ' || (e.args ->> 'sessionId') || case when s.session_id is null then ', which is not due here.' else ' with other amounts than are due here.' end,
        ${now}::timestamptz
      from chain_events e left join settlements s on s.session_id = e.session_id
      where e.block_number between ${first} and ${last} and e.name = 'Settled' and (s.event_hash is distinct from e.block_hash or s.event_index is distinct from e.log_index)
      on conflict do nothing`;
  }
  if (has("Settled", "SettlementSkipped")) {
    // A batch speaks of each of its sessions once: there is room for another. What it passed over is due again, with the
    // contract's reason.
    await tx.rows`
      with done as (
        update batches b set mined_block = e.block_number, mined_hash = e.block_hash, is_done = true
        from (select distinct tx_hash, block_number, block_hash from chain_events
          where block_number between ${first} and ${last} and name in ('Settled', 'SettlementSkipped')) e
        join batch_transactions x on x.hash = e.tx_hash where b.id = x.batch_id returning b.id
      ) select pg_notify('settlements', '') where exists (select 1 from done)`;
    await tx.rows`
      update settlements s set state = 'PENDING', batch_id = null, attempts = attempts + 1, 
        due_at = ${now}::timestamptz + least(5 * power(2, least(attempts, 10)), 3600) * interval '1 second',
        refusal = coalesce((${refusals}::text[])[1 + (select (e.args ->> 'reason')::int from chain_events e where e.session_id = s.session_id
          and e.name = 'SettlementSkipped' and e.block_number = b.mined_block order by e.log_index desc limit 1)], s.refusal)
      from batches b where b.id = s.batch_id and b.mined_block between ${first} and ${last} and s.event_block is null and s.state = 'SUBMITTED'`;
  }
  // What makes room is a reason to try again what there was no room for.
  if (events.some(({ name }) => makesRoom(name))) await tryAgain(tx, first, now);
}

/**
 * Holds what the contract calls settled already against the event that did it, which may be older than the settlement: equal
 * amounts are taken for what they are, others need a person.
 */
export async function adoptSettled(db: Database, now: Date): Promise<void> {
  const isNeeded = await db.row`select 1 as one from settlements where refusal = 'AlreadySettled' limit 1`;
  if (isNeeded === undefined) return;
  await db.transaction(async (tx) => {
    await lockLedger(tx);
    await tx.rows`
      update settlements s set state = 'SUBMITTED', tx_hash = e.tx_hash, event_block = e.block_number, event_hash = e.block_hash,
        event_index = e.log_index, event_timestamp = e.block_timestamp, due_at = null, refusal = null
      from chain_events e
      where s.refusal = 'AlreadySettled' and s.state = 'PENDING' and e.session_id = s.session_id and settles(e, s)`;
    await tx.rows`
      insert into alarms (kind, subject, message, raised_at)
      select 'settlement.differs', e.args ->> 'sessionId',
        'The contract settled session ' || (e.args ->> 'sessionId') || ' with other amounts than are due here.', ${now}::timestamptz
      from settlements s join chain_events e on e.session_id = s.session_id and e.name = 'Settled'
      where s.refusal = 'AlreadySettled' and s.state = 'PENDING' on conflict do nothing`;
  });
}

/**
 * Takes back all that was read after `wanted`: events, pools, and what they said of settlements and batches. Windows go whole:
 * one that holds the block goes too, with what it holds.
 */
export async function rollBack(
  db: Database,
  wanted: bigint,
  now: Date,
): Promise<{ events: number; takenBack: number; block: bigint }> {
  return await db.transaction(async (tx) => {
    await lockLedger(tx);
    const kept = await tx.row<{ block: bigint }>`
      select coalesce(max(to_block), -1) as block from chain_windows where to_block <= ${wanted}`;
    const block = kept?.block ?? -1n;
    await tx.rows`
      update pools p set balance = p.balance - d.delta from (
        select consumer, sum(case name when 'Deposited' then amount else -amount end) as delta from chain_events
        where block_number > ${block} and name in ('Deposited', 'Withdrawn', 'Settled') group by consumer) d
      where p.consumer = d.consumer`;
    const taken = await tx.rows<{ confirmed: boolean }>`
      with taken as (
        update settlements s set tx_hash = null, event_block = null, event_hash = null, event_index = null, event_timestamp = null, confirmed_at = null,
          state = case when batch_id is null then 'PENDING' else 'SUBMITTED' end, due_at = case when batch_id is null and written_off_at is null then ${now}::timestamptz end
        where event_block > ${block} returning session_id, written_off_at
      ), again as (
        update sessions s set reserved = s.charged from taken t where s.id = t.session_id and s.reserved = 0 and t.written_off_at is null
      ) select true as confirmed from taken`;
    await tx.rows`
      update batches set mined_block = null, mined_hash = null, gas_used = null, gas_cost = null, is_done = false where mined_block > ${block}`;
    // One that waits for a batch which will not be sent again would wait for ever.
    await tx.rows`
      update settlements s set state = 'PENDING', batch_id = null, due_at = ${now}
      from batches b where b.id = s.batch_id and b.is_done and s.state = 'SUBMITTED' and s.event_block is null`;
    const events = await tx.rows`delete from chain_events where block_number > ${block} returning log_index`;
    await tx.rows`delete from chain_windows where to_block > ${block}`;
    return { events: events.length, takenBack: taken.length, block };
  });
}

/** Notes how far the chain is, and confirms what is deep enough. @returns How many were confirmed. */
export async function confirm(
  db: Queries,
  { head, safe, finalized, after }: { head: Head; safe: bigint; finalized: bigint; after: number | "safe" },
  now: Date,
): Promise<number> {
  const deepest = after === "safe" ? -1 : Math.floor(head.timestamp - after);
  const rows = await db.rows<{ sessionId: string }>`
    with head as (
      insert into chain_head (only_one, head_block, head_timestamp, safe_block, finalized_block, seen_at)
      values (true, ${head.number}, ${head.timestamp}::bigint, ${safe}, ${finalized}, ${now})
      on conflict (only_one) do update set head_block = excluded.head_block, head_timestamp = excluded.head_timestamp,
        safe_block = excluded.safe_block, finalized_block = excluded.finalized_block, seen_at = excluded.seen_at
    ), confirmed as (
      update settlements set state = 'CONFIRMED', confirmed_at = ${now}, due_at = null
      where event_timestamp is not null and state <> 'CONFIRMED'
        and case when ${after === "safe"} then event_block <= ${safe} else event_timestamp <= ${deepest}::bigint end
      returning session_id
    ), free as (
      update sessions s set reserved = 0 from confirmed c where s.id = c.session_id
    ) select session_id from confirmed`;
  return rows.length;
}

/** Joins old windows, so that there are few of them: those below `block` to about `size` blocks each. */
export async function joinWindows(db: Database, block: bigint, size: bigint): Promise<void> {
  await db.transaction(async (tx) => {
    const runs = await tx.rows<{ first: bigint; last: bigint }>`
      select min(from_block) as first, max(to_block) as last from chain_windows where to_block < ${block}
      group by from_block / ${size} having count(*) > 1`;
    for (const { first, last } of runs) {
      await tx.rows`delete from chain_windows where from_block >= ${first} and to_block < ${last}`;
      await tx.rows`update chain_windows set from_block = ${first} where to_block = ${last}`;
    }
  });
}
