/**
 * Looks into nonces that are used and of which the watcher has seen nothing: by a transaction of ours that reverted or is
 * not read yet, or by somebody else who has the key.
 */
import type { Hash, Hex } from "viem";
import type { Head } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
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
  const used = openPatience(clock);
  const silent = openPatience(clock);
  let stopped: string | undefined;

  const isForeign = async (nonce: bigint): Promise<boolean> => {
    if (!used.isOver(nonce, FOREIGN_MS)) return false;
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
  const isSilent = async (nonce: bigint, block: bigint, isSuccess: boolean): Promise<boolean> => {
    const read = await db.row<{ toBlock: bigint; toHash: Hash; isSafe: boolean }>`
      select to_block, to_hash, exists (select 1 from chain_head where safe_block >= ${block}) as is_safe
      from chain_windows where to_block >= ${block} order by to_block desc limit 1`;
    // Read of a chain that is not there any more: the watcher will find that out, and read the block anew.
    if (read === undefined || (await chain.block(read.toBlock))?.hash !== read.toHash) return false;
    if (!isSuccess) return true;
    // What an endpoint left out is found by the totals first, and read again.
    return read.isSafe && silent.isOver(nonce, SILENT_MS);
  };

  const lookUp = async (batch: OpenBatch): Promise<void> => {
    const receipt = await receiptOf(batch);
    if (receipt === undefined) {
      await isForeign(batch.nonce);
      return;
    }
    used.forget(batch.nonce);
    const { hash, blockHash } = receipt;
    const block = BigInt(receipt.blockNumber);
    const isSuccess = BigInt(receipt.status) === 1n;
    if (!(await isSilent(batch.nonce, block, isSuccess))) return;
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
      for (const patience of [used, silent]) patience.keep(nonces);
    },
    isForeign,
    async lookUp(batches, head) {
      if (batches.length === 0) return;
      const isLevel = await db.row`select 1 as one from chain_windows where to_block >= ${head.number}`;
      for (const batch of batches)
        if (used.since(batch.nonce) >= UNREAD_MS || isLevel !== undefined) await lookUp(batch);
    },
  };
}

/** For how long something has been so of a nonce, and in how many looks. A clock that went back begins anew. */
function openPatience(clock: Clock) {
  const seen = new Map<bigint, { at: number; looks: number }>();
  const see = (nonce: bigint) => {
    const now = clock.now().getTime();
    const known = seen.get(nonce);
    const it = known !== undefined && known.at <= now ? known : { at: now, looks: 0 };
    seen.set(nonce, it);
    return { it, forMs: now - it.at };
  };
  return {
    /** For how long it has been so, ms; it is from now on if it was not known. */
    since: (nonce: bigint): number => see(nonce).forMs,
    /** One more look that found it so: whether it has been for that long, and in enough looks before. */
    isOver(nonce: bigint, ms: number): boolean {
      const { it, forMs } = see(nonce);
      return it.looks++ >= LEAST_LOOKS && forMs >= ms;
    },
    forget: (nonce: bigint) => void seen.delete(nonce),
    keep(nonces: readonly bigint[]) {
      for (const nonce of seen.keys()) if (!nonces.includes(nonce)) seen.delete(nonce);
    },
  };
}
