/**
 * Asks the tables, read-only, whether the money still adds up: the same statement at the end of each simulated world and every
 * minute in production. At no committed moment may it find anything.
 */
import { type AlarmKind, raiseAlarm } from "../alarms.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";

/**
 * - `reserved`: something is reserved, and no open session or settlement needs it; or less than one needs.
 * - `lost`: a settlement is neither due nor in a batch that is sent, nor on chain, nor written off.
 * - `unfounded`: it is taken for settled, and no event of the contract says so with these amounts.
 * - `twice`: the contract's events settle a session more than once.
 * - `pool`: what a consumer owns here is not what the events add up to.
 * - `fence`: a batch was written by a process that had lost its lease.
 */
export type Rule = "reserved" | "lost" | "unfounded" | "twice" | "pool" | "fence";

export interface Broken {
  rule: Rule;
  subject: string;
  message: string;
}

/** How many of each rule are told. */
const TOLD = 20;
/** Batches whose fences are compared. */
const BATCHES = 1_000;

/** @param since Events before it, and what rests on them, are taken to be as they were then found; undefined: all are looked at. */
export async function findBroken(db: Database, since?: Date): Promise<Broken[]> {
  const from = since === undefined ? -1 : Math.floor(since.getTime() / 1_000);
  return await db.transaction(async (tx) => {
    await tx.rows`set transaction isolation level repeatable read read only`;
    return await tx.rows<Broken>`
      with start as (
        select coalesce(max(to_block), -1) as block from chain_windows where to_timestamp < ${from}::bigint
      ), reserved as (
        select s.id::text as subject, 'Session ' || s.id || ' is ' || s.state || ', and ' || s.reserved || ' µUSDC are reserved for it.' as message
        from sessions s left join settlements t on t.session_id = s.id and t.state <> 'CONFIRMED' and t.written_off_at is null
        where s.reserved > 0 and s.state not in ('REQUESTED', 'ASSIGNED', 'LIVE') and s.reserved is distinct from t.to_amount + t.fee_amount
        union all
        select t.session_id::text, 'Session ' || t.session_id || ' is not settled, and ' || s.reserved || ' µUSDC are reserved for it, not ' || s.charged || '.'
        from settlements t join sessions s on s.id = t.session_id
        where t.state <> 'CONFIRMED' and t.written_off_at is null and (s.reserved <> s.charged or s.charged <> t.to_amount + t.fee_amount)
        limit ${TOLD}
      ), lost as (
        select t.session_id::text as subject, 'The settlement of session ' || t.session_id || ' is ' || t.state || ', and nobody works on it.' as message
        from settlements t left join batches b on b.id = t.batch_id
        where t.state <> 'CONFIRMED' and t.written_off_at is null and t.event_block is null
          and case t.state when 'PENDING' then t.due_at is null or t.batch_id is not null else b.is_done is not false end
        limit ${TOLD}
      ), unfounded as (
        select t.session_id::text as subject, 'Session ' || t.session_id || ' is taken for settled, and no event says so.' as message
        from settlements t where t.state = 'CONFIRMED' and t.event_block is null
        union all
        select t.session_id::text, 'Session ' || t.session_id || ' is taken for settled by an event that is not there.'
        from settlements t where t.event_block > (select block from start) and not exists (
          select 1 from chain_events e where e.block_hash = t.event_hash and e.log_index = t.event_index and e.session_id = t.session_id
            and e.block_number = t.event_block and e.tx_hash = t.tx_hash and settles(e, t))
        limit ${TOLD}
      ), twice as (
        select distinct e.session_id::text as subject, 'The contract settled session ' || e.session_id || ' more than once.' as message
        from chain_events e join chain_events o on o.session_id = e.session_id and o.name = 'Settled' and o.id <> e.id
        where e.name = 'Settled' and e.session_id is not null and e.block_number > (select block from start)
        limit ${TOLD}
      ), touched as (
        select distinct consumer from chain_events
        where block_number > (select block from start) and name in ('Deposited', 'Withdrawn', 'Settled')
        union select consumer from pools where block_number > (select block from start)
      ), pool as (
        select t.consumer as subject, 'The pool of ' || t.consumer || ' is ' || coalesce(p.balance, 0) || ' µUSDC, and its events add up to ' || e.total || '.' as message
        from touched t left join pools p using (consumer) cross join lateral (
          select coalesce(sum(case name when 'Deposited' then amount else -amount end), 0) as total from chain_events e
          where e.consumer = t.consumer and e.name in ('Deposited', 'Withdrawn', 'Settled')) e
        where coalesce(p.balance, 0) <> e.total
        limit ${TOLD}
      ), fence as (
        select f.id::text as subject, 'Batch ' || f.id || ' has fence ' || f.fence || ', and one before it had ' || f.before || '.' as message
        from (select id, fence, max(fence) over (order by id rows between unbounded preceding and 1 preceding) as before
          from batches where id > (select coalesce(max(id), 0) - ${BATCHES}::bigint from batches)) f
        where f.fence < f.before
        limit ${TOLD}
      )
      select 'reserved' as rule, * from reserved union all select 'lost', * from lost union all select 'unfounded', * from unfounded
      union all select 'twice', * from twice union all select 'pool', * from pool union all select 'fence', * from fence`;
  });
}

export interface WatchContext {
  db: Database;
  clock: Clock;
  /** How long a settlement may wait of the platform's own accord. */
  longestWaitMs: number;
  log: { error(what: object, message: string): void };
}

/** What is older was looked at an hour ago, and every minute since, ms. */
const LOOKED_BACK_MS = 3_600_000;
/** How long a settlement may be due, beyond the time that it waits for others, before somebody has to look, ms. */
const OVERDUE_MS = 600_000;

/** Raises an alarm for each rule that is broken, and if settlements wait for longer than they should. */
export async function watchBooks({ db, clock, longestWaitMs, log }: WatchContext): Promise<void> {
  const now = clock.now();
  const alarm = async (kind: AlarmKind, subject: string, message: string) => {
    log.error({ kind, subject }, message);
    await raiseAlarm(db, { kind, subject, message }, now);
  };
  for (const { rule, subject, message } of await findBroken(db, new Date(now.getTime() - LOOKED_BACK_MS)))
    await alarm("books.broken", `${rule}/${subject}`, message);
  const overdue = await db.row<{ sessions: bigint; oldest: Date | null }>`
    select count(*) as sessions, min(created_at) as oldest from settlements
    where state <> 'CONFIRMED' and written_off_at is null and refusal is null and event_block is null
      and created_at < ${new Date(now.getTime() - longestWaitMs - OVERDUE_MS)}`;
  if (overdue?.oldest != null)
    await alarm(
      "settlement.overdue",
      "oldest",
      `${overdue.sessions} settlements wait, the oldest since ${overdue.oldest.toISOString()}, and the contract has refused none of them.`,
    );
}
