/** A wallet's part of what the watcher has read: what it owns in the contract, and the events that made it so. */
import type { Queries } from "../db/database.ts";

export async function poolOf(
  db: Queries,
  walletAddress: string,
): Promise<{ balance: bigint; block: bigint; updatedAt: Date | null }> {
  const row = await db.row<{ balance: bigint; block: bigint; updatedAt: Date | null }>`
    select coalesce((select balance from pools where consumer = ${walletAddress}), 0) as balance,
      coalesce((select to_block from chain_windows order by to_block desc limit 1), 0::bigint) as block,
      (select seen_at from chain_head) as updated_at`;
  return row as { balance: bigint; block: bigint; updatedAt: Date | null };
}

export interface WalletEvent {
  id: bigint;
  kind: "DEPOSIT" | "WITHDRAWAL" | "SETTLE" | "APPROVAL";
  txHash: string;
  blockNumber: bigint;
  blockTimestamp: bigint;
  /** µUSDC; of a settlement: what the consumer paid, or what the operator got. */
  amount: bigint;
  sessionId: string | null;
}

/** Newest first. A settlement is in the ledgers of both sides; where they are one wallet, it is there once, as what was paid. */
export function walletEvents(
  db: Queries,
  { walletAddress, limit, before }: { walletAddress: string; limit: number; before?: bigint | undefined },
): Promise<WalletEvent[]> {
  const cursor = before ?? null;
  return db.rows<WalletEvent>`
    select id, case name when 'Deposited' then 'DEPOSIT' when 'Withdrawn' then 'WITHDRAWAL' when 'Settled' then 'SETTLE' else 'APPROVAL' end as kind,
      tx_hash, block_number, block_timestamp, case when consumer = ${walletAddress} then amount else (args ->> 'toAmount')::numeric end as amount, session_id
    from chain_events
    where (consumer = ${walletAddress} or operator = ${walletAddress}) and name in ('Deposited', 'Withdrawn', 'Settled', 'Approval')
      and (${cursor}::bigint is null or id < ${cursor}::bigint)
    order by id desc limit ${limit}`;
}
