/** Tells who would find no room in the consumers' pools beside the batches in flight. */
import type { Address } from "viem";
import type { Due } from "./choose.ts";
import type { Work } from "./context.ts";

export interface Room {
  /** @returns Those of `entries` that have to wait for what is in flight, `before` included. */
  crowded(entries: readonly Due[], before: readonly Due[]): Promise<Due[]>;
}

export async function openRoom({ db, chain }: Work): Promise<Room> {
  // Before the pools are asked for: what is mined meanwhile is subtracted twice, and never not at all.
  const inFlight = await db.rows<{ wallet: string; total: bigint }>`
    select s.consumer_wallet as wallet, sum(s.to_amount + s.fee_amount) as total from batches b join settlements s on s.batch_id = b.id
    where not b.is_done and s.state = 'SUBMITTED' and s.event_block is null group by s.consumer_wallet`;
  const available = new Map<string, bigint>();
  return {
    async crowded(entries, before) {
      const taken = new Map(inFlight.map(({ wallet, total }) => [wallet, total]));
      const take = (wallet: string, amount: bigint) => taken.set(wallet, (taken.get(wallet) ?? 0n) + amount);
      for (const entry of before) take(entry.consumerWallet, costOf(entry));
      // A pool with nothing in flight is the contract's to judge, with the whole batch.
      const beside = entries.filter(({ consumerWallet }) => taken.has(consumerWallet));
      const unknown = [...new Set(beside.map(({ consumerWallet }) => consumerWallet))].filter(
        (it) => !available.has(it),
      );
      await Promise.all(
        unknown.map(async (wallet) => available.set(wallet, await chain.view("available", [wallet as Address]))),
      );
      return beside.filter((entry) => {
        const left = (available.get(entry.consumerWallet) ?? 0n) - (taken.get(entry.consumerWallet) ?? 0n);
        if (left < costOf(entry)) return true;
        take(entry.consumerWallet, costOf(entry));
        return false;
      });
    },
  };
}

function costOf({ toAmount, feeAmount }: Due): bigint {
  return toAmount + feeAmount;
}
