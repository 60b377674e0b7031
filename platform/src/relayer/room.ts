/** Tells who would find no room beside the batches in flight: in a consumer's pool, or under the limit of all together. */
import { dailyLimitRoom } from "@luxxon/contracts-abi";
import type { Address } from "viem";
import type { Head } from "../chain/chain.ts";
import type { Due } from "./choose.ts";
import type { Work } from "./context.ts";

export interface Room {
  /**
   * Lets `entries` in, in their order, as long as there is room beside what is in flight, `before` included.
   *
   * @returns Who has found room, and whether there would be some for one more after all of these.
   */
  letIn(entries: readonly Due[], before: readonly Due[]): Promise<{ inside: Set<Due>; hasRoom(entry: Due): boolean }>;
}

export async function openRoom({ db, chain }: Work, head: Head): Promise<Room> {
  // Before the pools are asked for: what is mined meanwhile is subtracted twice, and never not at all.
  const inFlight = await db.rows<{ wallet: string; total: bigint }>`
    select s.consumer_wallet as wallet, sum(s.to_amount + s.fee_amount) as total from batches b join settlements s on s.batch_id = b.id
    where not b.is_done and s.state = 'SUBMITTED' and s.event_block is null group by s.consumer_wallet`;
  const available = new Map<string, bigint>();
  /** What all together may still draw; undefined without a limit. */
  let ofAll: bigint | undefined;
  let isRead = false;
  /** All in one call. */
  const read = async (wallets: readonly string[]): Promise<void> => {
    if (isRead && wallets.length === 0) return;
    const [pool, ...balances] = await chain.views([
      ["pool", []],
      ...wallets.map((wallet) => ["available", [wallet as Address]] as const),
    ]);
    const { dailyLimit: limit, drawn, drawnAt } = pool;
    ofAll = dailyLimitRoom({ limit, drawn, drawnAt, now: Math.max(head.timestamp, drawnAt) });
    for (const [i, wallet] of wallets.entries()) available.set(wallet, balances[i] as bigint);
    isRead = true;
  };

  return {
    async letIn(entries, before) {
      const taken = new Map(inFlight.map(({ wallet, total }) => [wallet, total]));
      const take = (wallet: string, amount: bigint) => taken.set(wallet, (taken.get(wallet) ?? 0n) + amount);
      for (const entry of before) take(entry.consumerWallet, costOf(entry));
      // With nothing in flight it is the contract's to judge, with the whole batch: all of it, or the pool that has nothing.
      if (taken.size === 0) return { inside: new Set(entries), hasRoom: () => true };
      const beside = new Set(taken.keys());
      const isUnknown = (wallet: string) => beside.has(wallet) && !available.has(wallet);
      await read([...new Set(entries.map(({ consumerWallet }) => consumerWallet))].filter(isUnknown));
      let all = [...taken.values()].reduce((sum, it) => sum + it, 0n);
      const hasRoom = (entry: Due): boolean => {
        const { consumerWallet: wallet } = entry;
        // What is above the limit by itself is the contract's to refuse: somebody else is always in flight.
        if (ofAll !== undefined && all + costOf(entry) > ofAll && costOf(entry) <= ofAll) return false;
        const pool = beside.has(wallet) ? available.get(wallet) : undefined;
        return pool === undefined || (taken.get(wallet) ?? 0n) + costOf(entry) <= pool;
      };
      const inside = new Set<Due>();
      for (const entry of entries) {
        if (!hasRoom(entry)) continue;
        inside.add(entry);
        take(entry.consumerWallet, costOf(entry));
        all += costOf(entry);
      }
      return { inside, hasRoom };
    },
  };
}

function costOf({ toAmount, feeAmount }: Due): bigint {
  return toAmount + feeAmount;
}
