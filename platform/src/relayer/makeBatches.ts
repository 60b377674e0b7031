/**
 * Makes batches of what is due, as many as there is room for: chosen, held against the contract, signed, and written down
 * with their sessions, all of them at once.
 */
import { batchGas } from "@luxxon/contracts-abi";
import type { Head } from "../chain/chain.ts";
import type { Transaction } from "../db/database.ts";
import type { Account } from "./account.ts";
import { chooseBatches } from "./chooseBatches.ts";
import type { Work } from "./context.ts";
import { feesFor, TIP } from "./fees.ts";
import { guardSigning } from "./orders.ts";
import type { Proposed } from "./refusals.ts";
import { type Bytes, type Signed, signVersion, type Version, writeVersions } from "./versions.ts";

interface SignedBatch extends Pick<Proposed, "entries"> {
  nonce: bigint;
  version: Version & Bytes;
}

/**
 * @param nonce Of the first.
 * @returns What is to be sent now, in the order of nonces; nothing if nothing is due, or what is may wait for others.
 */
export async function makeBatches(
  work: Work,
  head: Head,
  { nonce, most, account }: { nonce: bigint; most: number; account: Account },
): Promise<Signed[]> {
  const { db, chain, clock, lease, maxFeePerGas, log, onCount } = work;
  const now = clock.now();
  const proposed = await chooseBatches(work, { head, now, most, account });
  if (proposed.length === 0) return [];
  const common = { ...feesFor(head.baseFeePerGas, TIP, maxFeePerGas), to: chain.settlement, version: 1 };
  const batches = await Promise.all(
    proposed.map(async ({ entries, data }, i): Promise<SignedBatch> => {
      const wanted = { ...common, nonce: nonce + BigInt(i), data, gas: batchGas(entries.length) };
      return { entries, nonce: wanted.nonce, version: await signVersion(work, wanted, head) };
    }),
  );
  const idOf = await db.transaction(async (tx) => {
    await guardSigning(lease, tx);
    return await write(tx, work, batches, now);
  });
  onCount?.("batches", batches.length);
  return batches.map(({ nonce, entries, version: { hash, raw } }) => {
    const batch = idOf(nonce);
    log.info({ batch: batch.toString(), nonce: nonce.toString(), sessions: entries.length, hash }, "batch signed");
    return { batch, hash, raw };
  });
}

/** @returns The id of the batch of a nonce. */
async function write(tx: Transaction, { signer, lease }: Work, batches: readonly SignedBatch[], now: Date) {
  const [nonces, sizes] = [batches.map(({ nonce }) => nonce), batches.map(({ entries }) => entries.length)];
  const made = await tx.rows<{ id: bigint; nonce: bigint }>`
    insert into batches (signer, nonce, fence, sessions, total, created_at)
    select ${signer.address}, nonce, ${lease.fence}, sessions, total, ${now}::timestamptz
    from unnest(${nonces}::bigint[], ${sizes}::integer[], ${batches.map(totalOf)}::bigint[]) as b (nonce, sessions, total) returning id, nonce`;
  const ids = new Map(made.map(({ id, nonce }) => [nonce, id]));
  const idOf = (nonce: bigint) => ids.get(nonce) as bigint;
  const ofSession = batches.flatMap(({ nonce, entries }) => entries.map(() => idOf(nonce)));
  const sessions = batches.flatMap(({ entries }) => entries.map(({ sessionId }) => sessionId));
  await writeVersions(
    tx,
    batches.map(({ nonce, version }) => ({ batch: idOf(nonce), version })),
  );
  const taken = await tx.rows`
    update settlements s set state = 'SUBMITTED', batch_id = b.id, due_at = null, refusal = null
    from unnest(${sessions}::uuid[], ${ofSession}::bigint[]) as b (session, id)
    where s.session_id = b.session and s.state = 'PENDING' and s.written_off_at is null returning s.session_id`;
  // Written off, or taken, a moment ago: all of it is made anew.
  if (taken.length !== sessions.length) throw new Error("a settlement of the batch is no longer due");
  return idOf;
}

function totalOf({ entries }: SignedBatch): bigint {
  return entries.reduce((sum, { toAmount, feeAmount }) => sum + toAmount + feeAmount, 0n);
}
