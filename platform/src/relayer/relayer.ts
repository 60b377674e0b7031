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
  numberToHex,
  parseTransaction,
} from "viem";
import type { Chain, Head } from "../chain/chain.ts";
import { STALE_SECONDS } from "../chain/heads.ts";
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
  /** The most that mined batches may have cost within an hour and a day, wei: above it nothing more is signed. */
  gasBudget: { hour: bigint; day: bigint };
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
/** And in so many turns: a clock that jumps proves nothing. */
const FOREIGN_LOOKS = 10;
/** How long a mined batch may be without an event before its sessions are due again, ms. */
const SILENT_MS = 20_000;
/** How often the signer's account is looked at for code, and for its ETH, ms. */
const CODE_MS = 3_600_000;
const ETH_MS = 60_000;
/** How often the gas of mined batches is read and added up, ms. */
const GAS_MS = 5_000;
/** Above this share of a block's gas it counts as full: then the tip decides who gets in. */
const FULL_BLOCK = 0.9;
/** Settlements that are looked at for one batch. */
const LOOKED_AT = 1_000;
/** What a node says of a transaction that it may well take later. */
const PASSES = /less than block base fee|fee cap|pool is full|limit reached|in-?flight|queue/i;
/** A batch, and each of its entries at their dearest: a new payee, a cold pool, a payout that becomes a credit. */
const GAS = { batch: 200_000n, entry: 110_000n } as const;
/** More than the largest tip that Base has ever needed, to begin with: wei. */
const TIP = 1_000_000n;

export function openRelayer(context: RelayerContext): Relayer {
  const { db, chain, clock, signer, log, onCount } = context;
  const lease = openLease("relayer", context);
  const foreignSince = new Map<bigint, { at: number; looks: number }>();
  const silentSince = new Map<Hash, number>();
  /** Versions that a node called underpriced. */
  const underpriced = new Set<Hash>();
  let lastNonce = 0n;
  let stopped: string | undefined;
  let hasCode = false;
  let isOverBudget = false;
  const lookedAt = { code: Number.NEGATIVE_INFINITY, eth: Number.NEGATIVE_INFINITY, gas: Number.NEGATIVE_INFINITY };

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

  /** Of what was ever signed. */
  const highestNonce = async (): Promise<bigint | undefined> => {
    const row = await db.row<{ nonce: bigint | null }>`
      select max(nonce) as nonce from batches where signer = ${signer.address}`;
    return row?.nonce ?? undefined;
  };

  /** Sends bytes that are written down. Whatever is answered, they stay what they are. */
  const send = async (version: Version): Promise<void> => {
    await db.rows`update batch_transactions set sent_at = ${clock.now()} where hash = ${version.hash}`;
    onCount?.("sent", 1);
    try {
      await chain.ask("eth_sendRawTransaction", [version.raw]);
    } catch (error) {
      const problem = causeOf(error, RequestProblem);
      const said = problem?.details ?? String(error);
      if (/already (known|imported|exists)|known transaction|nonce too low|nonce.*lower/i.test(said)) return;
      log.warn({ hash: version.hash, said }, "not taken, and sent again");
      if (/replacement|underpriced/i.test(said)) underpriced.add(version.hash);
      else if (/insufficient funds/i.test(said))
        await alarm("signer.empty", signer.address, "The relayer's wallet has too little ETH to send.");
      else if (/nonce too high|nonce.*gap/i.test(said))
        // It overtook the one before: again in the next turn, in their order.
        await db.rows`update batch_transactions set sent_at = null where hash = ${version.hash}`;
      else if (problem?.kind === "refused" && !PASSES.test(said))
        await alarm("signer.refused", version.hash, `The chain does not take transaction ${version.hash}: ${said}`);
    }
  };

  /** Whether somebody else is taken to have used a nonce: not before it has been so for a while. */
  const isForeign = async (nonce: bigint): Promise<boolean> => {
    const now = clock.now().getTime();
    const seen = foreignSince.get(nonce) ?? { at: now, looks: 0 };
    foreignSince.set(nonce, { ...seen, looks: seen.looks + 1 });
    if (now - seen.at < FOREIGN_MS || seen.looks < FOREIGN_LOOKS) return false;
    stopped = `Nonce ${nonce} of the relayer was used by a transaction that it did not sign.`;
    await alarm("signer.foreign", `${signer.address}/${nonce}`, stopped);
    return true;
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
      const block = BigInt(receipt.blockNumber);
      if ((await chain.block(block))?.hash !== receipt.blockHash) continue;
      foreignSince.delete(batch.nonce);
      const isSuccess = BigInt(receipt.status) === 1n;
      // What a batch did says the watcher, from the events. It is asked again only where there should have been some: a
      // block that is read and safe.
      const read = await db.row<{ isRead: boolean; isSafe: boolean }>`
        select exists (select 1 from chain_windows where to_block >= ${block}) as is_read,
          exists (select 1 from chain_head where safe_block >= ${block}) as is_safe`;
      if (read === undefined || !read.isRead || (isSuccess && !read.isSafe)) return;
      if (isSuccess) {
        // What an endpoint left out is found by the totals first, and read again.
        const since = silentSince.get(hash) ?? clock.now().getTime();
        silentSince.set(hash, since);
        if (clock.now().getTime() - since < SILENT_MS) return;
      }
      const refusal = isSuccess ? null : "Reverted";
      const due = new Date(clock.now().getTime() + 10_000);
      const back = await db.transaction(async (tx) => {
        await lease.guard(tx);
        const done =
          await tx.rows`update batches set is_done = true, mined_block = ${block}, mined_hash = ${receipt.blockHash} where id = ${batch.id} and not is_done returning id`;
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
      return;
    }
    await isForeign(batch.nonce);
  };

  /** What the last blocks asked for, and whether a version would have got into none of them. */
  const market = async (last: Fees, head: Head): Promise<{ tip: bigint; passedOver: boolean }> => {
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
  };

  /** Pays more for the lowest nonce, if blocks have passed over it because it paid too little. */
  const replace = async (batch: OpenBatch, head: Head): Promise<void> => {
    const last = batch.versions.at(-1) as Version;
    const age = clock.now().getTime() - last.signedAt.getTime();
    if (age < context.replaceAfterMs || head.number < last.signedBlock + REPLACE_BLOCKS) return;
    // A chain that stands takes nothing, whatever it is paid.
    if (clock.now().getTime() / 1_000 - head.timestamp > STALE_SECONDS) return;
    const { tip, passedOver } = await market(last, head);
    if (!passedOver && !underpriced.has(last.hash)) return;
    const wanted = feesFor(head.baseFeePerGas, tip, context.maxFeePerGas);
    const fees = feesAbove(last, wanted, context.maxFeePerGas);
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
    const rows = refused.map(({ entry, refusal, afterMs }) => ({
      id: entry.sessionId,
      // By itself it would be settled: others of the batch were before it.
      refusal: refusal === "None" ? null : refusal,
      wait: refusal === "None" ? 2_000 : (afterMs ?? null),
    }));
    await db.rows`
      update settlements s set refusal = r.refusal, attempts = attempts + 1,
        due_at = ${clock.now()}::timestamptz + least(coalesce(r.wait, 5000 * power(2, least(attempts, 12))::bigint), 3600000) * interval '1 millisecond'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, refusal text, wait bigint)
      where s.session_id = r.id and s.state = 'PENDING'`;
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

  /** Whether a batch of these is worth its gas: it is full, one of them cannot wait, or one has waited long enough. */
  const isRipe = (due: readonly Due[], now: number): boolean =>
    due.length >= MAX_BATCH || due.some(({ urgent, dueAt }) => urgent || now - dueAt.getTime() >= context.batchWaitMs);

  /** What goes into the next batch; nothing if it is to wait. */
  const chooseEntries = async (inFlight: number, tries = 0): Promise<Due[]> => {
    const now = clock.now();
    let due = await db.rows<Due>`
      select session_id, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount, urgent, due_at from settlements
      where state = 'PENDING' and written_off_at is null and due_at <= ${now} order by urgent desc, due_at limit ${LOOKED_AT}`;
    if (!isRipe(due, now.getTime())) return [];
    let chosen = choose(due, MAX_BATCH);
    while (inFlight > 0) {
      const fitting = new Set(await afterFlight(chosen));
      if (fitting.size === chosen.length) break;
      // Others take the places of those that have to wait for what is in flight.
      const waiting = new Set(chosen.filter((entry) => !fitting.has(entry)));
      due = due.filter((entry) => !waiting.has(entry));
      if (!isRipe(due, now.getTime())) return [];
      chosen = choose(due, MAX_BATCH);
    }
    const good = await check(chosen);
    // What was refused is put off by now: whoever is due after it takes its place.
    if (good.length < chosen.length && due.length > chosen.length && tries < 5)
      return await chooseEntries(inFlight, tries + 1);
    return good;
  };

  /** Makes a batch of what is due, if it is full, or somebody has waited long enough. */
  const makeBatch = async (head: Head, inFlight: number): Promise<Version | undefined> => {
    const entries = await chooseEntries(inFlight);
    if (entries.length === 0) return undefined;
    const now = clock.now();

    const fees = feesFor(head.baseFeePerGas, TIP, context.maxFeePerGas);
    const gas = GAS.batch + GAS.entry * BigInt(entries.length);
    // In this order: what another process has signed meanwhile is among the rows.
    const used = await chainNonce();
    const highest = await highestNonce();
    const nonce = highest === undefined ? used : highest + 1n;
    if (used > nonce) return undefined;
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

  /** What another signer left: once the contract takes nothing of it any more, its sessions are due here. */
  const takeOver = async (): Promise<void> => {
    const left = await db.rows<{ id: bigint }>`
      select id from batches where not is_done and signer <> ${signer.address}`;
    if (left.length === 0 || (await chain.view("relayer", [])) !== signer.address) return;
    const ids = left.map(({ id }) => id);
    await db.transaction(async (tx) => {
      await lease.guard(tx);
      await tx.rows`update batches set is_done = true where id = any (${ids}::bigint[])`;
      await tx.rows`
        update settlements set state = 'PENDING', batch_id = null, due_at = ${clock.now()}
        where batch_id = any (${ids}::bigint[]) and event_block is null and state = 'SUBMITTED'`;
    });
    log.warn({ batches: left.length }, "batches of another signer are made anew");
  };

  /** Notes what mined batches have cost, and whether that is within the budget. */
  const addUpGas = async (now: number): Promise<void> => {
    if (now - lookedAt.gas < GAS_MS) return;
    const unknown = await db.rows<{ id: bigint; hash: Hash }>`
      select b.id, x.hash from batches b join batch_transactions x on x.batch_id = b.id
      where b.mined_block is not null and b.gas_used is null order by b.id limit 50`;
    for (const { id, hash } of unknown) {
      const receipt = (await chain.ask("eth_getTransactionReceipt", [hash])) as {
        gasUsed?: Hex;
        effectiveGasPrice?: Hex;
        l1Fee?: Hex;
      } | null;
      if (receipt?.gasUsed === undefined) continue;
      const gas = BigInt(receipt.gasUsed);
      const cost = gas * BigInt(receipt.effectiveGasPrice ?? 0) + BigInt(receipt.l1Fee ?? 0);
      await db.rows`update batches set gas_used = ${gas}, gas_cost = ${cost} where id = ${id} and mined_block is not null`;
    }
    const spent = await db.row<{ hour: bigint; day: bigint }>`
      select coalesce(sum(gas_cost) filter (where created_at > ${new Date(now - 3_600_000)}), 0) as hour, coalesce(sum(gas_cost), 0) as day
      from batches where created_at > ${new Date(now - 86_400_000)}`;
    const { hour, day } = spent ?? { hour: 0n, day: 0n };
    isOverBudget = hour >= context.gasBudget.hour || day >= context.gasBudget.day;
    lookedAt.gas = now;
    if (isOverBudget)
      await alarm(
        "signer.budget",
        signer.address,
        `Batches have cost ${hour} wei within an hour and ${day} within a day: nothing is signed until that is below the budget.`,
      );
    if (now - lookedAt.eth < ETH_MS) return;
    const balance = BigInt((await chain.ask("eth_getBalance", [signer.address, "latest"])) as Hex);
    lookedAt.eth = now;
    // A day's use, or, before there is one, what all batches in flight may take.
    const { baseFeePerGas } = await chain.head();
    const flight = BigInt(context.pipeline) * (GAS.batch + GAS.entry * BigInt(MAX_BATCH)) * baseFeePerGas;
    const needed = day > flight ? day : flight;
    if (balance < needed)
      await alarm(
        "signer.low",
        signer.address,
        `The relayer's wallet has ${balance} wei, less than a day's use (${needed}): send it ETH.`,
      );
  };

  /** An account with code may have one transaction in flight on some chains: it must have none. */
  const checkCode = async (now: number): Promise<void> => {
    if (now - lookedAt.code < (hasCode ? ETH_MS : CODE_MS)) return;
    hasCode = (await chain.ask("eth_getCode", [signer.address, "latest"])) !== "0x";
    lookedAt.code = now;
    if (hasCode)
      await alarm(
        "signer.code",
        signer.address,
        "The relayer's account has code (EIP-7702): nothing is signed until it is taken away.",
      );
  };

  const turn = async (): Promise<boolean> => {
    if (!(await lease.hold())) return false;
    if (stopped !== undefined) return false;
    await checkCode(clock.now().getTime());
    const [head, used, open] = await Promise.all([chain.head(), chainNonce(), openBatches()]);
    const highest = await highestNonce();
    // A nonce above all that was signed: whoever used it has this key.
    if (highest !== undefined && used > highest + 1n && (await isForeign(highest + 1n))) return false;
    await takeOver();
    const unmined = open.filter(({ nonce }) => nonce >= used);
    for (const { nonce } of unmined) foreignSince.delete(nonce);
    for (const batch of open) if (batch.nonce < used) await lookUp(batch);
    if (stopped !== undefined) return false;
    // A chain that went back has lost what was sent: all of it is sent at once.
    const wentBack = used < lastNonce;
    lastNonce = used;
    const now = clock.now().getTime();
    for (const [i, batch] of unmined.entries()) {
      const last = batch.versions.at(-1) as Version;
      if (wentBack || last.sentAt === null || now - last.sentAt.getTime() >= RESEND_MS) await send(last);
      else if (i === 0) await replace(batch, head);
    }
    await addUpGas(now);
    if (hasCode || isOverBudget) return false;
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
