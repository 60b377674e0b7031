/** What an address earned and spent, a day: sums over the contract's own events, as the audit's statements have them. */
import type { Queries } from "../db/database.ts";

/** Seconds. */
export const DAY = 86_400;

export interface Day {
  /** UTC, as in `2026-01-31`. */
  date: string;
  /** µUSDC: its part of the sessions that it was paid for, and the fees while it was the platform's wallet. */
  earned: bigint;
  /** µUSDC: what its sessions cost it, fees included. */
  spent: bigint;
  /** Sessions that were settled, of those that the sums are made of. */
  sessions: number;
  /** The day is over, and what was read of it is final on the chain. */
  isFinal: boolean;
}

export interface DailyRequest {
  address: string;
  /** Whose side is counted. */
  isOperator: boolean;
  isConsumer: boolean;
  /** The first second of the first day. */
  start: number;
  days: number;
}

/** A row for each day, those without anything too. */
export async function dailySums(
  db: Queries,
  { address, isOperator, isConsumer, start, days }: DailyRequest,
): Promise<Day[]> {
  const end = start + days * DAY;
  const [rows, final] = await Promise.all([
    // The windows that were read, of which there are few, say which blocks the days are in. The order of the ids is the
    // chain's order.
    db.rows<{ day: bigint; earned: bigint; spent: bigint; sessions: bigint }>`
      with span as (
        select (select from_block from chain_windows where to_timestamp >= ${start}::bigint order by to_block limit 1) as first,
          coalesce((select to_block from chain_windows where to_timestamp >= ${end}::bigint order by to_block limit 1), 9223372036854775807) as last
      ), wallets as (
        select args ->> 'newPlatformWallet' as wallet, id as since, lead(id) over (order by id) as until
        from chain_events where name = 'PlatformWalletSet'
      ), parts as (
        select id, block_timestamp, (args ->> 'toAmount')::numeric as earned, 0::numeric as spent
        from chain_events, span where ${isOperator} and name = 'Settled' and operator = ${address} and block_number between first and last
        union all
        select id, block_timestamp, (args ->> 'feeAmount')::numeric, 0
        from chain_events e, span, wallets where ${isOperator} and name = 'Settled' and block_number between first and last
          and wallet = ${address} and id > since and (until is null or id < until)
        union all
        select id, block_timestamp, 0, amount
        from chain_events, span where ${isConsumer} and name = 'Settled' and consumer = ${address} and block_number between first and last
      )
      select (block_timestamp - ${start}::bigint) / ${DAY}::bigint as day, sum(earned) as earned, sum(spent) as spent, count(distinct id) as sessions
      from parts where block_timestamp >= ${start}::bigint and block_timestamp < ${end}::bigint group by 1`,
    db.row<{ timestamp: bigint | null }>`
      select (select to_timestamp from chain_windows where to_block <= finalized_block order by to_block desc limit 1) as timestamp
      from chain_head`,
  ]);
  const byDay = new Map(rows.map((row) => [Number(row.day), row]));
  const finalUntil = Number(final?.timestamp ?? 0n);
  return Array.from({ length: days }, (_, i) => {
    const dayStart = start + i * DAY;
    const date = new Date(dayStart * 1_000).toISOString().slice(0, 10);
    const { earned = 0n, spent = 0n, sessions = 0n } = byDay.get(i) ?? {};
    return { date, earned, spent, sessions: Number(sessions), isFinal: dayStart + DAY <= finalUntil };
  });
}
