/** Signs a version that pays more: if blocks have passed over the last one because it paid too little, or a person says so. */
import { type Address, type Hex, numberToHex, parseTransaction } from "viem";
import type { Head } from "../chain/chain.ts";
import { STALE_SECONDS } from "../chain/heads.ts";
import type { Work } from "./context.ts";
import { type Fees, feesAbove, feesFor, TIP } from "./fees.ts";
import { guardSigning, isToBeReplaced } from "./orders.ts";
import type { Sending } from "./send.ts";
import { lastVersion, type OpenBatch, readSigned, signVersion, writeVersions } from "./versions.ts";

/** So many blocks must have passed over a transaction before its fee is the reason. */
const REPLACE_BLOCKS = 10n;
/** Above this share of a block's gas it counts as full: then the tip decides who gets in. */
const FULL_BLOCK = 0.9;

/** @param batch Of the lowest nonce that is not used: what is behind it cannot be mined before it, whatever it pays. */
export async function replaceIfNeeded(work: Work, sending: Sending, batch: OpenBatch, head: Head): Promise<void> {
  const { db, clock, replaceAfterMs } = work;
  const last = lastVersion(batch);
  const now = clock.now().getTime();
  // A chain that stands takes nothing, whatever it is paid.
  if (now / 1_000 - head.timestamp > STALE_SECONDS) return;
  const isOrdered = await isToBeReplaced(db, last.hash);
  const isYoung = now - last.signedAt.getTime() < replaceAfterMs || head.number < last.signedBlock + REPLACE_BLOCKS;
  if (isYoung && !isOrdered) return;
  const { tip, passedOver } = await market(work, last, head);
  if (isOrdered || passedOver || sending.isUnderpriced(last)) await replace(work, sending, batch, head, tip);
}

async function replace(work: Work, sending: Sending, batch: OpenBatch, head: Head, tip: bigint): Promise<void> {
  const { db, signer, lease, maxFeePerGas, log, onCount, alarm } = work;
  const last = lastVersion(batch);
  const fees = feesAbove(last, feesFor(head.baseFeePerGas, tip, maxFeePerGas), maxFeePerGas);
  if (fees === undefined) {
    await alarm(
      "signer.ceiling",
      `${signer.address}/${batch.nonce}`,
      `The next version of nonce ${batch.nonce} would be above the ceiling of ${maxFeePerGas} wei: it waits.`,
    );
    return;
  }
  const [signed] = await readSigned(db, [last]);
  const { to, data } = parseTransaction(signed?.raw as `0x02${string}`) as { to: Address; data: Hex };
  const wanted = { ...fees, nonce: batch.nonce, to, data, gas: last.gas, version: last.version + 1 };
  const version = await signVersion(work, wanted, head);
  await db.transaction(async (tx) => {
    await guardSigning(lease, tx);
    await writeVersions(tx, [{ batch: batch.id, version }]);
  });
  onCount?.("replaced", 1);
  log.info(
    { batch: batch.id.toString(), nonce: batch.nonce.toString(), hash: version.hash },
    "replaced by one that pays more",
  );
  await sending.send([{ batch: batch.id, ...version }]);
}

/** What the last blocks asked for, and whether a version would have got into none of them. */
async function market({ chain }: Work, last: Fees, head: Head): Promise<{ tip: bigint; passedOver: boolean }> {
  const asked = [numberToHex(REPLACE_BLOCKS), numberToHex(head.number), [10]];
  const history = (await chain.ask("eth_feeHistory", asked).catch(() => undefined)) as
    | { baseFeePerGas: Hex[]; gasUsedRatio: number[]; reward?: Hex[][] }
    | undefined;
  const blocks = (history?.gasUsedRatio ?? [0]).map((ratio, i) => ({
    baseFee: BigInt(history?.baseFeePerGas[i] ?? head.baseFeePerGas),
    // In a block with room the smallest tip does.
    tip: ratio > FULL_BLOCK ? BigInt(history?.reward?.[i]?.[0] ?? 0) : 0n,
  }));
  const gotIn = ({ baseFee, tip }: { baseFee: bigint; tip: bigint }) => {
    const left = last.maxFeePerGas - baseFee;
    return left >= 0n && (left < last.maxPriorityFeePerGas ? left : last.maxPriorityFeePerGas) >= tip;
  };
  const tip = blocks.reduce((most, block) => (block.tip > most ? block.tip : most), TIP);
  return { tip, passedOver: !blocks.some(gotIn) };
}
