/** Makes a batch of what is due: chosen, held against the contract, signed, and written down with its sessions at once. */
import { batchGas, MAX_BATCH } from "@luxxon/contracts-abi";
import type { Address } from "viem";
import type { Head } from "../chain/chain.ts";
import { choose, type Due } from "./choose.ts";
import type { Work } from "./context.ts";
import { feesFor, TIP } from "./fees.ts";
import { guardSigning } from "./orders.ts";
import { batchData, settleable } from "./refusals.ts";
import { chainNonce, highestNonce, signVersion, type Version, writeVersion } from "./versions.ts";

/** Settlements that are looked at for one batch. */
const LOOKED_AT = 1_000;
/** How often a batch is filled up anew for those that the contract refuses. */
const FILLED_UP = 5;

/** @returns What is to be sent now; undefined if nothing is due, or what is may wait for others. */
export async function makeBatch(
  work: Work,
  head: Head,
  inFlight: number,
): Promise<{ batch: bigint; version: Version } | undefined> {
  const { db, chain, clock, signer, lease, suffix, maxFeePerGas, log, onCount } = work;
  const entries = await chooseEntries(work, head, inFlight);
  if (entries.length === 0) return undefined;
  // In this order: what another process has signed meanwhile is among the rows.
  const used = await chainNonce(chain, signer.address);
  const highest = await highestNonce(db, signer.address);
  const nonce = highest === undefined ? used : highest + 1n;
  if (used > nonce) return undefined;
  const wanted = {
    ...feesFor(head.baseFeePerGas, TIP, maxFeePerGas),
    nonce,
    to: chain.settlement,
    data: batchData(entries, suffix),
    gas: batchGas(entries.length),
    version: 1,
  };
  const version = await signVersion(work, wanted, head);
  const total = entries.reduce((sum, { toAmount, feeAmount }) => sum + toAmount + feeAmount, 0n);
  const ids = entries.map(({ sessionId }) => sessionId);
  const batch = await db.transaction(async (tx) => {
    await guardSigning(lease, tx);
    const { id } = (await tx.row<{ id: bigint }>`
      insert into batches (signer, nonce, fence, sessions, total, created_at)
      values (${signer.address}, ${nonce}, ${lease.fence}, ${entries.length}, ${total}, ${clock.now()}) returning id`) as {
      id: bigint;
    };
    await writeVersion(tx, id, version);
    const taken = await tx.rows`
      update settlements set state = 'SUBMITTED', batch_id = ${id}, due_at = null, refusal = null
      where session_id = any (${ids}::uuid[]) and state = 'PENDING' and written_off_at is null returning session_id`;
    // Written off, or taken, a moment ago: the whole batch is made anew.
    if (taken.length !== entries.length) throw new Error("a settlement of the batch is no longer due");
    return id;
  });
  onCount?.("batches", 1);
  log.info(
    {
      batch: batch.toString(),
      nonce: nonce.toString(),
      sessions: entries.length,
      total: total.toString(),
      hash: version.hash,
    },
    "batch signed",
  );
  return { batch, version };
}

/** What goes into the next batch; nothing if it is to wait. */
async function chooseEntries(work: Work, head: Head, inFlight: number, tries = 0): Promise<Due[]> {
  const { db, clock, batchWaitMs, dear } = work;
  const now = clock.now();
  const isDear = dear.baseFee !== undefined && head.baseFeePerGas > dear.baseFee;
  const patienceMs = isDear ? Math.max(batchWaitMs, dear.waitMs) : batchWaitMs;
  const isHurried = ({ urgent, dueAt }: Due) => urgent || now.getTime() - dueAt.getTime() >= patienceMs;
  /** Whether a batch of these is worth its gas: it is full, one of them cannot wait, or one has waited long enough. */
  const isRipe = (some: readonly Due[]): boolean => some.length >= MAX_BATCH || some.some(isHurried);

  let due = await db.rows<Due>`
    select session_id, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount, urgent, due_at from settlements
    where state = 'PENDING' and written_off_at is null and due_at <= ${now} order by urgent desc, due_at limit ${LOOKED_AT}`;
  // What shares a batch pays the same price: those that can wait do.
  if (isDear) due = due.filter(isHurried);
  if (!isRipe(due)) return [];
  let chosen = choose(due, MAX_BATCH);
  while (inFlight > 0) {
    const fitting = new Set(await besideFlight(work, chosen));
    if (fitting.size === chosen.length) break;
    // Others take the places of those that have to wait for what is in flight.
    const waiting = new Set(chosen.filter((entry) => !fitting.has(entry)));
    due = due.filter((entry) => !waiting.has(entry));
    if (!isRipe(due)) return [];
    chosen = choose(due, MAX_BATCH);
  }
  const good = await settleable(work, chosen);
  // What was refused is put off by now: whoever is due after it takes its place.
  if (good.length < chosen.length && due.length > chosen.length && tries < FILLED_UP)
    return await chooseEntries(work, head, inFlight, tries + 1);
  return good;
}

/** Leaves out what the batches in flight may have taken the room for. */
async function besideFlight({ db, chain }: Work, entries: readonly Due[]): Promise<Due[]> {
  const wallets = [...new Set(entries.map(({ consumerWallet }) => consumerWallet))];
  const flying = await db.rows<{ wallet: Address; total: bigint }>`
    select consumer_wallet as wallet, sum(to_amount + fee_amount) as total from settlements
    where batch_id is not null and state = 'SUBMITTED' and event_block is null and consumer_wallet = any (${wallets}::text[]) group by consumer_wallet`;
  const room = new Map<string, bigint>();
  await Promise.all(
    flying.map(async ({ wallet, total }) => room.set(wallet, (await chain.view("available", [wallet])) - total)),
  );
  return entries.filter(({ consumerWallet, toAmount, feeAmount }) => {
    const left = room.get(consumerWallet);
    if (left === undefined) return true;
    if (left < toAmount + feeAmount) return false;
    room.set(consumerWallet, left - toAmount - feeAmount);
    return true;
  });
}
