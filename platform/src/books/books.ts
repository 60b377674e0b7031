/**
 * The platform's books against the chain, for everybody: up to which block every session that the contract settled stands
 * here with the same parties and amounts, what is not settled yet, and what was written off and why. Counts and sums alone.
 */
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";

/** All rows are gone through: often enough for whoever reads, ms. */
const KEPT_MS = 10_000;
/** Where that takes long, it is done in this part of the time and no more. */
const MOST_OF_THE_TIME = 0.1;

export interface Sum {
  sessions: number;
  amountMicroUsdc: bigint;
}

export interface Books {
  /** Up to here nothing differs; null before anything was read. */
  agreedUpToBlock: bigint | null;
  /** Up to here the chain was read. */
  readUpToBlock: bigint | null;
  readAt: Date | null;
  /** On chain, and here with the same parties and amounts. */
  settled: Sum & { toOperatorsMicroUsdc: bigint; feesMicroUsdc: bigint };
  /** Of those, confirmed at the depth that the platform waits for. */
  confirmed: Sum;
  /** On chain otherwise than here, or not known here at all. */
  differing: Sum;
  /** Charged, and not on chain yet. */
  open: Sum & { oldestEndedAt: Date | null; byRefusal: (Sum & { refusal: string | null })[] };
  /** Given up by a person, and not on chain. */
  writtenOff: (Sum & { by: string; reason: string })[];
}

export type ReadBooks = () => Promise<Books>;

/** Asked for by many at once, they are read once. */
export function openBooks(db: Database, clock: Clock): ReadBooks {
  let kept: { until: number; books: Promise<Books> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (kept === undefined || now >= kept.until) {
      const books = read(db);
      const next = { until: Number.POSITIVE_INFINITY, books };
      kept = next;
      books.then(
        () => (next.until = now + Math.max(KEPT_MS, (clock.now().getTime() - now) / MOST_OF_THE_TIME)),
        () => (kept = undefined),
      );
    }
    return kept.books;
  };
}

interface Row {
  readUpToBlock: bigint | null;
  readAt: Date | null;
  firstDiffering: bigint | null;
  settled: bigint;
  toOperators: bigint;
  fees: bigint;
  confirmed: bigint;
  confirmedAmount: bigint;
  differing: bigint;
  differingAmount: bigint;
}

interface OpenRow {
  refusal: string | null;
  sessions: bigint;
  amount: bigint;
  oldest: Date;
}

/** Everything as of one moment: one statement for the chain, one for what is not there. */
async function read(db: Database): Promise<Books> {
  return await db.transaction(async (tx) => {
    await tx.rows`set transaction isolation level repeatable read read only`;
    const row = (await tx.row<Row>`
      select (select max(to_block) from chain_windows) as read_up_to_block, (select seen_at from chain_head) as read_at,
        min(block_number) filter (where not same) as first_differing,
        count(*) filter (where same) as settled, coalesce(sum(to_amount) filter (where same), 0) as to_operators,
        coalesce(sum(fee_amount) filter (where same), 0) as fees,
        count(*) filter (where same and state = 'CONFIRMED') as confirmed,
        coalesce(sum(to_amount + fee_amount) filter (where same and state = 'CONFIRMED'), 0) as confirmed_amount,
        count(*) filter (where not same) as differing, coalesce(sum(amount) filter (where not same), 0) as differing_amount
      from (
        select e.block_number, e.amount, s.to_amount, s.fee_amount, s.state,
          coalesce(settles(e, s) and e.tx_hash = s.tx_hash and e.log_index = s.event_index, false) as same
        from chain_events e left join settlements s on s.session_id = e.session_id where e.name = 'Settled'
      ) pairs`) as Row;
    const open = await tx.rows<OpenRow>`
      select refusal, count(*) as sessions, sum(to_amount + fee_amount) as amount, min(created_at) as oldest
      from settlements where event_block is null and written_off_at is null group by refusal order by refusal nulls first`;
    const writtenOff = await tx.rows<{ by: string; reason: string; sessions: bigint; amount: bigint }>`
      select written_off_by as by, write_off_reason as reason, count(*) as sessions, sum(to_amount + fee_amount) as amount
      from settlements where written_off_at is not null and event_block is null group by 1, 2 order by 2, 1`;
    const { readUpToBlock, readAt, firstDiffering } = row;
    return {
      agreedUpToBlock: firstDiffering === null ? readUpToBlock : firstDiffering - 1n,
      readUpToBlock,
      readAt,
      settled: {
        ...sum(row.settled, row.toOperators + row.fees),
        toOperatorsMicroUsdc: row.toOperators,
        feesMicroUsdc: row.fees,
      },
      confirmed: sum(row.confirmed, row.confirmedAmount),
      differing: sum(row.differing, row.differingAmount),
      open: {
        ...sum(total(open.map(({ sessions }) => sessions)), total(open.map(({ amount }) => amount))),
        oldestEndedAt: open.reduce<Date | null>(
          (oldest, it) => (oldest === null || it.oldest < oldest ? it.oldest : oldest),
          null,
        ),
        byRefusal: open.map(({ refusal, sessions, amount }) => ({ refusal, ...sum(sessions, amount) })),
      },
      writtenOff: writtenOff.map(({ by, reason, sessions, amount }) => ({ by, reason, ...sum(sessions, amount) })),
    };
  });
}

function sum(sessions: bigint, amountMicroUsdc: bigint): Sum {
  return { sessions: Number(sessions), amountMicroUsdc };
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((all, amount) => all + amount, 0n);
}
