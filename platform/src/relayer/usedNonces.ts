/**
 * Looks into nonces that are used and of which the watcher has seen nothing: by a transaction of ours that reverted or is
 * not read yet, or by somebody else who has the key.
 */
import type { Hash, Hex } from "viem";
import type { Work } from "./context.ts";
import type { OpenBatch } from "./versions.ts";

/** How long a used nonce may be without a known transaction before somebody else is taken to have used it, ms. */
const FOREIGN_MS = 20_000;
/** And in so many turns: a clock that jumps proves nothing. */
const FOREIGN_LOOKS = 10;
/** How long a mined batch may be without an event before its sessions are due again, ms. */
const SILENT_MS = 20_000;
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
  /** It is not used after all. */
  forget(nonce: bigint): void;
  lookUp(batch: OpenBatch): Promise<void>;
  /** Whether somebody else is taken to have used it: not before it has been so for a while. */
  isForeign(nonce: bigint): Promise<boolean>;
}

export function openUsedNonces({ db, chain, clock, signer, lease, log, alarm }: Work): UsedNonces {
  const foreignSince = new Map<bigint, { at: number; looks: number }>();
  const silentSince = new Map<Hash, number>();
  let stopped: string | undefined;

  const isForeign = async (nonce: bigint): Promise<boolean> => {
    const now = clock.now().getTime();
    const seen = foreignSince.get(nonce) ?? { at: now, looks: 0 };
    foreignSince.set(nonce, { ...seen, looks: seen.looks + 1 });
    if (now - seen.at < FOREIGN_MS || seen.looks < FOREIGN_LOOKS) return false;
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
    const read = await db.row<{ isRead: boolean; isSafe: boolean }>`
      select exists (select 1 from chain_windows where to_block >= ${block}) as is_read,
        exists (select 1 from chain_head where safe_block >= ${block}) as is_safe`;
    if (!isSuccess) return read?.isRead === true;
    if (read?.isRead !== true || !read.isSafe) return false;
    // What an endpoint left out is found by the totals first, and read again.
    const since = silentSince.get(hash) ?? clock.now().getTime();
    silentSince.set(hash, since);
    return clock.now().getTime() - since >= SILENT_MS;
  };

  return {
    get stopped() {
      return stopped;
    },
    forget: (nonce) => void foreignSince.delete(nonce),
    isForeign,
    async lookUp(batch) {
      const receipt = await receiptOf(batch);
      if (receipt === undefined) {
        await isForeign(batch.nonce);
        return;
      }
      foreignSince.delete(batch.nonce);
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
    },
  };
}
