/**
 * Looks into nonces that are used and of which the watcher has seen nothing: by a transaction of ours that reverted or is
 * not read yet, or by somebody else who has the key.
 */
import type { Hash, Hex } from "viem";
import type { Head } from "../chain/chain.ts";
import type { Work } from "./context.ts";
import type { OpenBatch } from "./versions.ts";

/** How long a watcher that is not at the head has to read what used a nonce, before anybody else looks for it, ms. */
const UNREAD_MS = 1_000;
/** How long a used nonce may be without a known transaction before somebody else is taken to have used it, ms. */
const FOREIGN_MS = 20_000;
/** How long a mined batch may be without an event before its sessions are due again, ms. */
const SILENT_MS = 20_000;
/** And either in so many turns: a clock that jumps proves nothing. */
const LEAST_LOOKS = 10;
/** And after how long they are, ms. */
const AGAIN_MS = 10_000;

interface Receipt {
  status: Hex;
  blockNumber: Hex;
  blockHash: Hash;
}

export interface UsedNonces {
  /** Why nothing is signed any more by this process, if that is so. */
  readonly stopped: string | undefined;
  /** Forgets what is known of all others: they are not used after all, or nobody waits for them any longer. */
  keep(nonces: readonly bigint[]): void;
  /** @param batches Whose nonces are used at this head. */
  lookUp(batches: readonly OpenBatch[], head: Head): Promise<void>;
  /** Whether somebody else is taken to have used it: not before it has been so for a while. */
  isForeign(nonce: bigint): Promise<boolean>;
}

export function openUsedNonces({ db, chain, clock, signer, lease, log, alarm }: Work): UsedNonces {
  const usedSince = new Map<bigint, { at: number; looks: number }>();
  const silentSince = new Map<Hash, { at: number; looks: number }>();
  let stopped: string | undefined;

  /** Since when it is known to be used, ms, and how often nothing was found that had used it. */
  const seenUsed = (nonce: bigint): { at: number; looks: number; forMs: number } => {
    const now = clock.now().getTime();
    const known = usedSince.get(nonce);
    // A clock that went back begins anew.
    const seen = known !== undefined && known.at <= now ? known : { at: now, looks: 0 };
    usedSince.set(nonce, seen);
    return { ...seen, forMs: now - seen.at };
  };

  const isForeign = async (nonce: bigint): Promise<boolean> => {
    const { at, looks, forMs } = seenUsed(nonce);
    usedSince.set(nonce, { at, looks: looks + 1 });
    if (forMs < FOREIGN_MS || looks < LEAST_LOOKS) return false;
    stopped = `Nonce ${nonce} of the relayer was used by a transaction that it did not sign.`;
    await alarm("signer.foreign", `${signer.address}/${nonce}`, stopped);
    return true;
  };

  /** Of the version that was mined, in a block that is still there. */
  const receiptOf = async ({ versions }: OpenBatch): Promise<(Receipt & { hash: Hash }) | undefined> => {
    for (const { hash } of versions) {
      const receipt = (await chain.ask("eth_getTransactionReceipt", [hash])) as Receipt | null;
      if (receipt === null) continue;
      if ((await chain.block(BigInt(receipt.blockNumber)))?.hash === receipt.blockHash) return { ...receipt, hash };
    }
    return undefined;
  };

  /**
   * Whether its events would have been read by now: what a batch did says the watcher, from them, and it is asked again only
   * where there should have been some.
   */
  const isSilent = async (block: bigint, hash: Hash, isSuccess: boolean): Promise<boolean> => {
    const read = await db.row<{ toBlock: bigint; toHash: Hash; isSafe: boolean }>`
      select to_block, to_hash, exists (select 1 from chain_head where safe_block >= ${block}) as is_safe
      from chain_windows where to_block >= ${block} order by to_block desc limit 1`;
    // Read of a chain that is not there any more: the watcher will find that out, and read the block anew.
    if (read === undefined || (await chain.block(read.toBlock))?.hash !== read.toHash) return false;
    if (!isSuccess) return true;
    if (!read.isSafe) return false;
    // What an endpoint left out is found by the totals first, and read again.
    const now = clock.now().getTime();
    const { at, looks } = silentSince.get(hash) ?? { at: now, looks: 0 };
    silentSince.set(hash, { at, looks: looks + 1 });
    return now - at >= SILENT_MS && looks >= LEAST_LOOKS;
  };

  const lookUp = async (batch: OpenBatch): Promise<void> => {
    const receipt = await receiptOf(batch);
    if (receipt === undefined) {
      await isForeign(batch.nonce);
      return;
    }
    usedSince.delete(batch.nonce);
    const { hash, blockHash } = receipt;
    const block = BigInt(receipt.blockNumber);
    const isSuccess = BigInt(receipt.status) === 1n;
    if (!(await isSilent(block, hash, isSuccess))) return;
    const refusal = isSuccess ? null : "Reverted";
    const due = new Date(clock.now().getTime() + AGAIN_MS);
    const back = await db.transaction(async (tx) => {
      await lease.guard(tx);
      const done =
        await tx.rows`update batches set is_done = true, mined_block = ${block}, mined_hash = ${blockHash} where id = ${batch.id} and not is_done returning id`;
      if (done.length === 0) return [];
      return await tx.rows`
        update settlements set state = 'PENDING', batch_id = null, refusal = ${refusal}::text, attempts = attempts + 1, due_at = ${due}
        where batch_id = ${batch.id} and event_block is null and state = 'SUBMITTED' returning session_id`;
    });
    if (back.length === 0) return;
    log.warn({ batch: batch.id.toString(), hash, sessions: back.length }, "the batch settled nothing: due again");
    if (isSuccess)
      await alarm(
        "batch.silent",
        hash,
        `Transaction ${hash} was mined in block ${block}, and no event of it was read: its sessions are due again.`,
      );
  };

  return {
    get stopped() {
      return stopped;
    },
    keep(nonces) {
      for (const nonce of usedSince.keys()) if (!nonces.includes(nonce)) usedSince.delete(nonce);
    },
    isForeign,
    async lookUp(batches, head) {
      if (batches.length === 0) return;
      const isLevel = await db.row`select 1 as one from chain_windows where to_block >= ${head.number}`;
      for (const batch of batches)
        if (seenUsed(batch.nonce).forMs >= UNREAD_MS || isLevel !== undefined) await lookUp(batch);
    },
  };
}
