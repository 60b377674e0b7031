/** Reads from the tables what metrics show of settling: whichever process is asked, they are the same. */
import type { Database } from "../db/database.ts";

export interface Figures {
  due: number;
  /** Of what the contract has not refused. 0 while nothing waits. */
  oldestDueSeconds: number;
  /** By the contract's reason: what it refuses now. */
  refused: Map<string, number>;
  writtenOff: number;
  inFlight: number;
  alarms: Map<string, number>;
  isPaused: boolean;
  isRelayerAtWork: boolean;
  /** How far what was read lies behind this moment; undefined before anything was. */
  readLagSeconds: number | undefined;
  /** And the chain's newest block, when the watcher last saw it. */
  headBlock: bigint | undefined;
  readBlock: bigint | undefined;
  signer:
    | { balanceWei: bigint; neededWei: bigint; baseFeeWei: bigint; dayCostWei: bigint; dayBudgetWei: bigint }
    | undefined;
  /** Of batches mined within the last hour; undefined if there are none. */
  lastHour: { sessions: number; gas: bigint; costWei: bigint; feesMicroUsdc: bigint } | undefined;
}

/** How far back gas and fees are added up, ms. */
const HOUR_MS = 3_600_000;

export async function readFigures(db: Database, now: Date): Promise<Figures> {
  const seconds = (since: number) => Math.max(0, now.getTime() / 1_000 - since);
  const [row, refused, alarms, signer, hour] = await Promise.all([
    db.row<{
      due: bigint;
      oldest: Date | null;
      inFlight: bigint;
      writtenOff: bigint;
      paused: string | null;
      atWork: boolean;
      readBlock: bigint | null;
      readTimestamp: bigint | null;
      headBlock: bigint | null;
    }>`
      select (select count(*) from settlements where state = 'PENDING' and written_off_at is null) as due,
        (select min(created_at) from settlements where state = 'PENDING' and written_off_at is null and refusal is null) as oldest,
        (select count(*) from batches where not is_done) as in_flight,
        (select count(*) from settlements where state = 'PENDING' and written_off_at is not null) as written_off,
        (select what from relayer_orders where what <> 'replace' order by id desc limit 1) as paused,
        exists (select 1 from leases where name = 'relayer' and expires_at > ${now}) as at_work,
        (select to_block from chain_windows order by to_block desc limit 1) as read_block,
        (select to_timestamp from chain_windows order by to_block desc limit 1) as read_timestamp,
        (select head_block from chain_head) as head_block`,
    db.rows<{ refusal: string; sessions: bigint }>`
      select refusal, count(*) as sessions from settlements
      where state = 'PENDING' and written_off_at is null and refusal is not null group by refusal`,
    db.rows<{
      kind: string;
      open: bigint;
    }>`select kind, count(*) as open from alarms where closed_at is null group by kind`,
    db.row<NonNullable<Figures["signer"]>>`
      select balance as balance_wei, needed as needed_wei, base_fee as base_fee_wei, day_cost as day_cost_wei, day_budget as day_budget_wei from relayer_status`,
    db.row<{ sessions: bigint; gas: bigint; cost: bigint; fees: bigint }>`
      select coalesce(sum(b.sessions), 0) as sessions, coalesce(sum(b.gas_used), 0) as gas, coalesce(sum(b.gas_cost), 0) as cost,
        coalesce(sum((select sum(s.fee_amount) from settlements s where s.batch_id = b.id)), 0) as fees
      from batches b where b.created_at > ${new Date(now.getTime() - HOUR_MS)} and b.gas_cost is not null`,
  ]);
  return {
    due: Number(row?.due ?? 0n),
    oldestDueSeconds: row?.oldest == null ? 0 : seconds(row.oldest.getTime() / 1_000),
    refused: new Map(refused.map((it) => [it.refusal, Number(it.sessions)])),
    writtenOff: Number(row?.writtenOff ?? 0n),
    inFlight: Number(row?.inFlight ?? 0n),
    alarms: new Map(alarms.map(({ kind, open }) => [kind, Number(open)])),
    isPaused: row?.paused === "pause",
    isRelayerAtWork: row?.atWork === true,
    readLagSeconds: row?.readTimestamp == null ? undefined : seconds(Number(row.readTimestamp)),
    headBlock: row?.headBlock ?? undefined,
    readBlock: row?.readBlock ?? undefined,
    signer,
    lastHour:
      hour === undefined || hour.sessions === 0n
        ? undefined
        : { sessions: Number(hour.sessions), gas: hour.gas, costWei: hour.cost, feesMicroUsdc: hour.fees },
  };
}
