/** Reads from the tables how the relayer is: what waits, what is in flight, who works, and what needs a person. */
import type { Hash } from "viem";
import { type OpenAlarm, openAlarms } from "../alarms.ts";
import type { Database } from "../db/database.ts";
import { type Pause, pauseOf } from "./orders.ts";

export interface FlyingBatch {
  batch: bigint;
  nonce: bigint;
  sessions: number;
  /** How often it was signed. */
  versions: number;
  /** Of the last version, as its fee. */
  hash: Hash;
  maxFeePerGasWei: bigint;
  signedAt: Date;
  sentAt: Date | null;
}

export interface RelayerStatus {
  at: Date;
  pausedBy: Pause | null;
  /** Who works, until then unless it is renewed; null if nobody does. */
  lease: { holder: string; fence: bigint; until: Date } | null;
  /** As the relayer has last seen it; null before it has. */
  signer: {
    address: string;
    balanceWei: bigint;
    neededADayWei: bigint;
    /** How many the chain has seen used, and the one that is signed next. */
    usedNonces: bigint;
    nextNonce: bigint;
    feeCeilingWei: bigint;
    baseFeeWei: bigint;
    seenAt: Date;
  } | null;
  budget: { hour: { spentWei: bigint; ofWei: bigint }; day: { spentWei: bigint; ofWei: bigint } } | null;
  /** To be settled, and in no batch. */
  due: { sessions: number; amountMicroUsdc: bigint; oldestEndedAt: Date | null };
  /** Of those, what the contract has refused so far. */
  refused: { refusal: string; sessions: number; amountMicroUsdc: bigint; oldestEndedAt: Date }[];
  inFlight: FlyingBatch[];
  lastMined: {
    batch: bigint;
    nonce: bigint;
    sessions: number;
    block: bigint;
    hash: Hash;
    gasUsed: bigint | null;
    signedAt: Date;
  } | null;
  writtenOff: { sessions: number; amountMicroUsdc: bigint };
  alarms: OpenAlarm[];
}

interface SeenRow {
  signer: string;
  nonce: bigint;
  balance: bigint;
  needed: bigint;
  baseFee: bigint;
  feeCeiling: bigint;
  hourCost: bigint;
  hourBudget: bigint;
  dayCost: bigint;
  dayBudget: bigint;
  lookedAt: Date;
  highest: bigint | null;
}

/** Everything as of one moment. */
export async function readStatus(db: Database, now: Date): Promise<RelayerStatus> {
  return await db.transaction(async (tx) => {
    await tx.rows`set transaction isolation level repeatable read read only`;
    const seen = await tx.row<SeenRow>`
      select s.*, (select max(nonce) from batches b where b.signer = s.signer) as highest from relayer_status s`;
    const lease = await tx.row<{ holder: string; fence: bigint; until: Date }>`
      select holder, fence, expires_at as until from leases where name = 'relayer' and expires_at > ${now}`;
    const waiting = await tx.rows<{ refusal: string | null; sessions: bigint; amount: bigint; oldest: Date }>`
      select refusal, count(*) as sessions, sum(to_amount + fee_amount) as amount, min(created_at) as oldest from settlements
      where state = 'PENDING' and written_off_at is null group by refusal order by refusal nulls first`;
    const inFlight = await tx.rows<Omit<FlyingBatch, "versions"> & { versions: bigint }>`
      select b.id as batch, b.nonce, b.sessions, x.hash, x.max_fee_per_gas as max_fee_per_gas_wei, x.signed_at, x.sent_at, x.version::bigint as versions
      from batches b cross join lateral (select * from batch_transactions where batch_id = b.id order by version desc limit 1) x
      where not b.is_done order by b.nonce`;
    const lastMined = await tx.row<NonNullable<RelayerStatus["lastMined"]>>`
      select b.id as batch, b.nonce, b.sessions, b.mined_block as block, b.gas_used, b.created_at as signed_at,
        (select x.hash from batch_transactions x left join chain_events e on e.tx_hash = x.hash and e.block_number = b.mined_block
          where x.batch_id = b.id order by (e.tx_hash is null), x.version desc limit 1) as hash
      from batches b where b.mined_block is not null order by b.id desc limit 1`;
    const writtenOff = await tx.row<{ sessions: bigint; amount: bigint }>`
      select count(*) as sessions, coalesce(sum(to_amount + fee_amount), 0) as amount from settlements
      where written_off_at is not null and event_block is null`;
    const sum = (amounts: bigint[]) => amounts.reduce((total, it) => total + it, 0n);
    return {
      at: now,
      pausedBy: (await pauseOf(tx)) ?? null,
      lease: lease ?? null,
      signer:
        seen === undefined
          ? null
          : {
              address: seen.signer,
              balanceWei: seen.balance,
              neededADayWei: seen.needed,
              usedNonces: seen.nonce,
              nextNonce: seen.highest === null ? seen.nonce : seen.highest + 1n,
              feeCeilingWei: seen.feeCeiling,
              baseFeeWei: seen.baseFee,
              seenAt: seen.lookedAt,
            },
      budget:
        seen === undefined
          ? null
          : {
              hour: { spentWei: seen.hourCost, ofWei: seen.hourBudget },
              day: { spentWei: seen.dayCost, ofWei: seen.dayBudget },
            },
      due: {
        sessions: Number(sum(waiting.map(({ sessions }) => sessions))),
        amountMicroUsdc: sum(waiting.map(({ amount }) => amount)),
        oldestEndedAt: waiting.reduce<Date | null>(
          (old, it) => (old === null || it.oldest < old ? it.oldest : old),
          null,
        ),
      },
      refused: waiting.flatMap(({ refusal, sessions, amount, oldest }) =>
        refusal === null ? [] : { refusal, sessions: Number(sessions), amountMicroUsdc: amount, oldestEndedAt: oldest },
      ),
      inFlight: inFlight.map((it) => ({ ...it, versions: Number(it.versions) })),
      lastMined: lastMined ?? null,
      writtenOff: { sessions: Number(writtenOff?.sessions ?? 0n), amountMicroUsdc: writtenOff?.amount ?? 0n },
      alarms: await openAlarms(tx),
    };
  });
}

/** Why somebody has to look; nothing if the relayer works and all is well. */
export function concerns({ pausedBy, lease, alarms }: RelayerStatus): string[] {
  return [
    ...(pausedBy === null ? [] : [`paused by ${pausedBy.by}`]),
    ...(lease === null ? ["nobody works: no process holds the lease"] : []),
    ...(alarms.length === 0 ? [] : [`${alarms.length} open ${alarms.length === 1 ? "alarm" : "alarms"}`]),
  ];
}
