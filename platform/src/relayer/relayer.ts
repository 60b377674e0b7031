/**
 * Submits what is due, exactly once: what is sent was signed and written down before, and the same bytes are sent until
 * their nonce is used. That a session is settled is for the watcher to read from the contract's event; nothing here
 * believes a receipt.
 */

import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { luxxonSettlementAbi, MAX_BATCH, refusalName, sessionIdFromUuid } from "@luxxon/contracts-abi";
import {
  type Address,
  concatHex,
  decodeFunctionResult,
  encodeFunctionData,
  type Hash,
  type Hex,
  keccak256,
  parseTransaction,
} from "viem";
import type { Chain, Head } from "../chain/chain.ts";
import type { Clock, Entropy } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { raiseAlarm } from "./alarms.ts";
import { choose, type Due } from "./choose.ts";
import { type Fees, feesAbove, feesFor } from "./fees.ts";
import { LeaseLost, openLease } from "./lease.ts";
import type { Signer } from "./signer.ts";

export interface RelayerContext {
  db: Database;
  chain: Chain;
  chainId: number;
  clock: Clock;
  entropy: Entropy;
  signer: Signer;
  batchWaitMs: number;
  replaceAfterMs: number;
  maxFeePerGas: bigint;
  pipeline: number;
  /** Ends every transaction's data: who is behind it (ERC-8021). */
  suffix?: Hex | undefined;
  log: {
    info(what: object, message: string): void;
    warn(what: object, message: string): void;
    error(what: object, message: string): void;
  };
  onCount?: (what: "batches" | "sent" | "replaced" | "refused", by: number) => void;
}

export interface Relayer {
  /** @returns Whether there is more to do at once. */
  turn(): Promise<boolean>;
  /** Lets another process take over at once. */
  close(): Promise<void>;
}

interface Version extends Fees {
  hash: Hash;
  raw: Hex;
  version: number;
  gas: bigint;
  signedAt: Date;
  signedBlock: bigint;
  sentAt: Date | null;
}

interface OpenBatch {
  id: bigint;
  nonce: bigint;
  minedBlock: bigint | null;
  versions: Version[];
}

/** What is sent is sent again after this time, if its nonce is not used, ms. */
const RESEND_MS = 3_000;
/** So many blocks must have passed over a transaction before its fee is the reason. */
const REPLACE_BLOCKS = 10n;
/** How long a used nonce may be without a known transaction before somebody else is taken to have used it, ms. */
const FOREIGN_MS = 20_000;
/** And how often it must have been looked for: nodes that are behind do not know it either. */
const FOREIGN_LOOKS = 10;
/** Settlements that are looked at for one batch. */
const LOOKED_AT = 1_000;
/** A batch, and each of its entries at their dearest: a new payee, a cold pool, a payout that becomes a credit. */
const GAS = { batch: 200_000n, entry: 110_000n } as const;
/** More than the largest tip that Base has ever needed, to begin with: wei. */
const TIP = 1_000_000n;

export function openRelayer(context: RelayerContext): Relayer {
  const { db, chain, clock, signer, log, onCount } = context;
  const lease = openLease("relayer", context);
  const foreignSince = new Map<bigint, { since: number; looks: number }>();
  let lastNonce = 0n;
  let stopped: string | undefined;

  const alarm = (kind: string, subject: string, message: string) => {
    log.error({ kind, subject }, message);
    return raiseAlarm(db, { kind, subject, message }, clock.now());
  };

  /** Batches whose sessions wait for them, in the order of their nonces. */
  const openBatches = async (): Promise<OpenBatch[]> => {
    const rows = await db.rows<Version & { id: bigint; nonce: bigint; minedBlock: bigint | null }>`
      select b.id, b.nonce, b.mined_block, x.hash, x.raw, x.version, x.gas, x.max_fee_per_gas, x.max_priority_fee_per_gas, x.signed_at, x.signed_block, x.sent_at
      from batches b join batch_transactions x on x.batch_id = b.id
      where b.signer = ${signer.address} and not b.is_done order by b.nonce, x.version`;
    const batches = new Map<bigint, OpenBatch>();
    for (const row of rows) {
      const batch = batches.get(row.id) ?? { id: row.id, nonce: row.nonce, minedBlock: row.minedBlock, versions: [] };
      batch.versions.push(row);
      batches.set(row.id, batch);
    }
    return [...batches.values()];
  };

  const chainNonce = async (): Promise<bigint> =>
    BigInt((await chain.ask("eth_getTransactionCount", [signer.address, "latest"])) as Hex);

  /** Sends bytes that are written down. Whatever is answered, they stay what they are. */
  const send = async (version: Version): Promise<void> => {
    await db.rows`update batch_transactions set sent_at = ${clock.now()} where hash = ${version.hash}`;
    onCount?.("sent", 1);
    try {
      await chain.ask("eth_sendRawTransaction", [version.raw]);
    } catch (error) {
      const said = causeOf(error, RequestProblem)?.details ?? String(error);
      if (
        /already (known|imported|exists)|known transaction|nonce too low|nonce.*lower|replacement|underpriced/i.test(
          said,
        )
      )
        return;
      if (/insufficient funds/i.test(said))
        await alarm("signer.empty", signer.address, "The relayer's wallet has too little ETH to send.");
      log.warn({ hash: version.hash, said }, "not taken, and sent again");
    }
  };

  /** A nonce that is used, of a batch that the watcher has not seen: reverted, not read yet, or somebody else's. */
  const lookUp = async (batch: OpenBatch): Promise<void> => {
    for (const { hash } of batch.versions) {
      const receipt = (await chain.ask("eth_getTransactionReceipt", [hash])) as {
        status: Hex;
        blockNumber: Hex;
        blockHash: Hash;
      } | null;
      if (receipt === null) continue;
      foreignSince.delete(batch.nonce);
      // The watcher reads what it did.
      if (BigInt(receipt.status) === 1n) return;
      const block = BigInt(receipt.blockNumber);
      const indexed = await db.row<{
        toBlock: bigint;
      }>`select to_block from chain_windows where to_block >= ${block} order by to_block limit 1`;
      if (indexed === undefined || (await chain.block(block))?.hash !== receipt.blockHash) return;
      log.warn({ batch: batch.id.toString(), hash }, "the batch was reverted: its sessions are due again");
      await db.transaction(async (tx) => {
        await lease.guard(tx);
        await tx.rows`update batches set is_done = true, mined_block = ${block}, mined_hash = ${receipt.blockHash} where id = ${batch.id}`;
        await tx.rows`
          update settlements set state = 'PENDING', batch_id = null, refusal = 'Reverted', attempts = attempts + 1, due_at = ${new Date(clock.now().getTime() + 10_000)}
          where batch_id = ${batch.id} and event_block is null and state = 'SUBMITTED'`;
      });
      return;
    }
    const { since, looks } = foreignSince.get(batch.nonce) ?? { since: clock.now().getTime(), looks: 0 };
    foreignSince.set(batch.nonce, { since, looks: looks + 1 });
    if (clock.now().getTime() - since < FOREIGN_MS || looks < FOREIGN_LOOKS) return;
    stopped = `Nonce ${batch.nonce} of the relayer was used by a transaction that it did not sign.`;
    await alarm("signer.foreign", `${signer.address}/${batch.nonce}`, stopped);
  };

  /** Pays more for the lowest nonce, if blocks have passed over it because it paid too little. */
  const replace = async (batch: OpenBatch, head: Head): Promise<void> => {
    const last = batch.versions.at(-1) as Version;
    const age = clock.now().getTime() - last.signedAt.getTime();
    if (age < context.replaceAfterMs || head.number < last.signedBlock + REPLACE_BLOCKS) return;
    // With this fee it would have got in: then the fee is not why it did not.
    if (last.maxFeePerGas >= head.baseFeePerGas + last.maxPriorityFeePerGas) return;
    const market = feesFor(head.baseFeePerGas, TIP, context.maxFeePerGas);
    const fees = feesAbove(last, market, context.maxFeePerGas);
    if (fees === undefined) {
      await alarm(
        "signer.ceiling",
        `${signer.address}/${batch.nonce}`,
        `The next version of nonce ${batch.nonce} would be above the ceiling of ${context.maxFeePerGas} wei: it waits.`,
      );
      return;
    }
    const { to, data, nonce } = parseTransaction(last.raw as `0x02${string}`);
    const raw = await signer.sign({
      type: "eip1559",
      chainId: context.chainId,
      to: to as Address,
      data: data as Hex,
      nonce: nonce ?? 0,
      gas: last.gas,
      value: 0n,
      ...fees,
    });
    const version: Version = {
      ...fees,
      hash: keccak256(raw),
      raw,
      version: last.version + 1,
      gas: last.gas,
      signedAt: clock.now(),
      signedBlock: head.number,
      sentAt: null,
    };
    await db.transaction(async (tx) => {
      await lease.guard(tx);
      await tx.rows`
        insert into batch_transactions (hash, batch_id, version, raw, max_fee_per_gas, max_priority_fee_per_gas, gas, signed_at, signed_block)
        values (${version.hash}, ${batch.id}, ${version.version}, ${raw}, ${fees.maxFeePerGas}, ${fees.maxPriorityFeePerGas}, ${last.gas}, ${version.signedAt}, ${head.number})`;
    });
    onCount?.("replaced", 1);
    await send(version);
  };

  const entryOf = (due: Due) => ({
    sessionId: sessionIdFromUuid(due.sessionId),
    from: due.consumerWallet as Address,
    to: due.operatorWallet as Address,
    ratePerSecond: due.ratePerSecond,
    chargeableSeconds: BigInt(due.chargeableSeconds),
    toAmount: due.toAmount,
    feeAmount: due.feeAmount,
  });

  const dataOf = (entries: readonly Due[]): Hex => {
    const data = encodeFunctionData({
      abi: luxxonSettlementAbi,
      functionName: "settleBatch",
      args: [entries.map(entryOf)],
    });
    return context.suffix === undefined ? data : concatHex([data, context.suffix]);
  };

  /** Which of them the contract would settle now; the others are put off with its reason. */
  const check = async (entries: readonly Due[]): Promise<Due[]> => {
    let bitmap: bigint;
    try {
      const answer = (await chain.ask("eth_call", [
        { from: signer.address, to: chain.settlement, data: dataOf(entries) },
        "latest",
      ])) as Hex;
      bitmap = decodeFunctionResult({ abi: luxxonSettlementAbi, functionName: "settleBatch", data: answer });
    } catch (error) {
      const problem = causeOf(error, RequestProblem);
      if (problem?.kind !== "refused") throw error;
      // A pause, or a relayer that was replaced: nothing of it can be settled, and nothing is lost by waiting.
      await putOff(entries.map((entry) => ({ entry, refusal: "Reverted", afterMs: 5_000 })));
      await alarm("contract.refuses", chain.settlement, `The contract refuses every batch: ${problem.details}`);
      return [];
    }
    const good = entries.filter((_, i) => (bitmap >> BigInt(i)) & 1n);
    const bad = entries.filter((_, i) => !((bitmap >> BigInt(i)) & 1n));
    if (bad.length > 0) {
      const refusals = await Promise.all(bad.map((entry) => chain.view("checkSettlement", [entryOf(entry)])));
      await putOff(bad.map((entry, i) => ({ entry, refusal: refusalName(refusals[i] ?? 0), afterMs: undefined })));
    }
    return good;
  };

  /** @param afterMs Undefined: longer each time, an hour at most. */
  const putOff = async (refused: readonly { entry: Due; refusal: string; afterMs: number | undefined }[]) => {
    onCount?.("refused", refused.length);
    const now = clock.now().getTime();
    for (const { entry, refusal, afterMs } of refused) {
      // One that is settled already is read by the watcher; if not as it was due, that raises an alarm there.
      const wait = refusal === "AlreadySettled" || refusal === "None" ? 2_000 : afterMs;
      await db.rows`
        update settlements set refusal = ${refusal === "None" ? null : refusal}::text, attempts = attempts + 1,
          due_at = ${new Date(now)}::timestamptz + least(coalesce(${wait ?? null}::bigint, 5000 * power(2, least(attempts, 12))::bigint), 3600000) * interval '1 millisecond'
        where session_id = ${entry.sessionId} and state = 'PENDING'`;
    }
  };

  /** Leaves out what the batches in flight may have taken the room for. */
  const afterFlight = async (entries: readonly Due[]): Promise<Due[]> => {
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
  };

  /** Makes a batch of what is due, if it is full, or somebody has waited long enough. */
  const makeBatch = async (head: Head, inFlight: number): Promise<Version | undefined> => {
    const now = clock.now();
    const due = await db.rows<Due>`
      select session_id, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount, urgent, due_at from settlements
      where state = 'PENDING' and written_off_at is null and due_at <= ${now} order by urgent desc, due_at limit ${LOOKED_AT}`;
    const oldest = due.reduce((least, { dueAt }) => Math.min(least, dueAt.getTime()), Number.POSITIVE_INFINITY);
    const isDue =
      due.length >= MAX_BATCH || due.some(({ urgent }) => urgent) || now.getTime() - oldest >= context.batchWaitMs;
    if (due.length === 0 || !isDue) return undefined;
    const chosen = choose(due, MAX_BATCH);
    const entries = await check(inFlight === 0 ? chosen : await afterFlight(chosen));
    if (entries.length === 0) return undefined;

    const fees = feesFor(head.baseFeePerGas, TIP, context.maxFeePerGas);
    const gas = GAS.batch + GAS.entry * BigInt(entries.length);
    // In this order: what another process has signed meanwhile is among the rows.
    const used = await chainNonce();
    const last = await db.row<{
      nonce: bigint | null;
    }>`select max(nonce) as nonce from batches where signer = ${signer.address}`;
    const nonce = last?.nonce == null ? used : last.nonce + 1n;
    if (used > nonce) {
      stopped = `Nonce ${nonce} of the relayer was used by a transaction that it did not sign.`;
      await alarm("signer.foreign", `${signer.address}/${nonce}`, stopped);
      return undefined;
    }
    const raw = await signer.sign({
      type: "eip1559",
      chainId: context.chainId,
      to: chain.settlement,
      data: dataOf(entries),
      nonce: Number(nonce),
      gas,
      value: 0n,
      ...fees,
    });
    const hash = keccak256(raw);
    const total = entries.reduce((sum, { toAmount, feeAmount }) => sum + toAmount + feeAmount, 0n);
    const ids = entries.map(({ sessionId }) => sessionId);
    await db.transaction(async (tx) => {
      await lease.guard(tx);
      const batch = await tx.row<{ id: bigint }>`
        insert into batches (signer, nonce, fence, sessions, total, created_at)
        values (${signer.address}, ${nonce}, ${lease.fence}, ${entries.length}, ${total}, ${now}) returning id`;
      const { id } = batch as { id: bigint };
      await tx.rows`
        insert into batch_transactions (hash, batch_id, version, raw, max_fee_per_gas, max_priority_fee_per_gas, gas, signed_at, signed_block)
        values (${hash}, ${id}, 1, ${raw}, ${fees.maxFeePerGas}, ${fees.maxPriorityFeePerGas}, ${gas}, ${now}, ${head.number})`;
      const taken = await tx.rows`
        update settlements set state = 'SUBMITTED', batch_id = ${id}, due_at = null, refusal = null
        where session_id = any (${ids}::uuid[]) and state = 'PENDING' and written_off_at is null returning session_id`;
      // Written off, or taken, a moment ago: the whole batch is made anew.
      if (taken.length !== entries.length) throw new Error("a settlement of the batch is no longer due");
    });
    onCount?.("batches", 1);
    log.info({ nonce: nonce.toString(), sessions: entries.length, total: total.toString(), hash }, "batch signed");
    return { ...fees, hash, raw, version: 1, gas, signedAt: now, signedBlock: head.number, sentAt: null };
  };

  const turn = async (): Promise<boolean> => {
    if (!(await lease.hold())) return false;
    const [head, used, open] = await Promise.all([chain.head(), chainNonce(), openBatches()]);
    if (stopped !== undefined) return false;
    const unmined = open.filter(({ nonce }) => nonce >= used);
    for (const batch of open) if (batch.nonce < used) await lookUp(batch);
    // A chain that went back has lost what was sent: all of it is sent at once.
    const wentBack = used < lastNonce;
    lastNonce = used;
    const now = clock.now().getTime();
    for (const [i, batch] of unmined.entries()) {
      const last = batch.versions.at(-1) as Version;
      if (wentBack || last.sentAt === null || now - last.sentAt.getTime() >= RESEND_MS) await send(last);
      else if (i === 0) await replace(batch, head);
    }
    let inFlight = open.length;
    while (inFlight < context.pipeline) {
      const version = await makeBatch(head, inFlight);
      if (version === undefined) return false;
      await send(version);
      inFlight++;
    }
    return false;
  };

  return {
    async turn() {
      try {
        return await turn();
      } catch (error) {
        if (error instanceof LeaseLost) return false;
        throw error;
      }
    },
    close: () => lease.release(),
  };
}
