/** Asks the contract which settlements it would take now, and puts off the others with its reason. */
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { luxxonSettlementAbi, refusalName, sessionIdFromUuid } from "@luxxon/contracts-abi";
import { type Address, concatHex, decodeFunctionResult, encodeFunctionData, type Hex, numberToHex } from "viem";
import type { Head } from "../chain/chain.ts";
import { lockLedger, tryAgain } from "../settlements/tryAgain.ts";
import type { Due } from "./choose.ts";
import type { Work } from "./context.ts";

/** How soon a contract that refuses every batch is asked again, ms. */
const PAUSED_MS = 5_000;
/** How soon one is tried again that others of its batch, or those in flight, left no room for, ms. */
const CROWDED_MS = 2_000;

/** @param suffix Who is behind it (ERC-8021). */
export function batchData(entries: readonly Due[], suffix: Hex | undefined): Hex {
  const data = encodeFunctionData({
    abi: luxxonSettlementAbi,
    functionName: "settleBatch",
    args: [entries.map(entryOf)],
  });
  return suffix === undefined ? data : concatHex([data, suffix]);
}

/** Entries of a batch, and the data of the transaction that settles them. */
export interface Proposed {
  entries: Due[];
  data: Hex;
}

/**
 * Puts off what the contract would not settle on a block. Whether and why are asked of the same one.
 *
 * @param head The newest block.
 * @returns All of that.
 */
export async function putOffRefused(work: Work, batches: readonly Proposed[], head: Head): Promise<Set<Due>> {
  const { chain, alarm } = work;
  const answers = await Promise.all(batches.map((batch) => refusedOf(work, batch, head)));
  const refused = answers.flatMap(({ putOffs }) => putOffs);
  if (refused.length > 0) await putOff(work, refused, head);
  const against = answers.find(({ reason }) => reason !== undefined);
  if (against !== undefined)
    await alarm("contract.refuses", chain.settlement, `The contract refuses every batch: ${against.reason}`);
  return new Set(refused.map(({ entry }) => entry));
}

/** Puts off what has to wait for what is in flight. */
export async function putOffCrowded({ db, clock }: Work, entries: readonly Due[]): Promise<void> {
  if (entries.length === 0) return;
  const until = new Date(clock.now().getTime() + CROWDED_MS);
  await db.rows`
    update settlements set due_at = ${until} where session_id = any (${entries.map(({ sessionId }) => sessionId)}::uuid[])
      and state = 'PENDING' and written_off_at is null`;
}

/** @returns With `reason`, if the contract takes nothing at all now. */
async function refusedOf(
  { chain, signer }: Work,
  { entries, data }: Proposed,
  { number }: Head,
): Promise<{ putOffs: PutOff[]; reason?: string }> {
  let bitmap: bigint;
  try {
    const answer = (await chain.ask("eth_call", [
      { from: signer.address, to: chain.settlement, data },
      numberToHex(number),
    ])) as Hex;
    bitmap = decodeFunctionResult({ abi: luxxonSettlementAbi, functionName: "settleBatch", data: answer });
  } catch (error) {
    const problem = causeOf(error, RequestProblem);
    if (problem?.kind !== "refused") throw error;
    // A pause, or a relayer that was replaced: nothing of it can be settled, and nothing is lost by waiting.
    const putOffs = entries.map((entry) => ({ entry, refusal: "Reverted", afterMs: PAUSED_MS }));
    return { putOffs, reason: problem.details };
  }
  const bad = entries.filter((_, i) => ((bitmap >> BigInt(i)) & 1n) === 0n);
  if (bad.length === 0) return { putOffs: [] };
  const refusals = await chain.views(
    bad.map((entry) => ["checkSettlement", [entryOf(entry)]] as const),
    number,
  );
  return {
    putOffs: bad.map((entry, i) => ({ entry, refusal: refusalName(refusals[i] ?? 0), afterMs: undefined })),
  };
}

interface PutOff {
  entry: Due;
  refusal: string;
  /** Undefined: longer each time, an hour at most. What is not its own fault makes it wait no longer the next time. */
  afterMs: number | undefined;
}

async function putOff({ db, clock, onCount }: Work, refused: readonly PutOff[], head: Head): Promise<void> {
  onCount?.("refused", refused.length);
  const rows = refused.map(({ entry, refusal, afterMs }) => ({
    id: entry.sessionId,
    // By itself it would be settled: others of the batch were before it.
    refusal: refusal === "None" ? null : refusal,
    wait: refusal === "None" ? CROWDED_MS : (afterMs ?? null),
  }));
  const now = clock.now();
  await db.transaction(async (tx) => {
    await lockLedger(tx);
    await tx.rows`
      update settlements s set refusal = r.refusal, attempts = attempts + (r.wait is null)::int,
        due_at = ${now}::timestamptz + least(coalesce(r.wait, 5000 * power(2, least(attempts, 12))::bigint), 3600000) * interval '1 millisecond'
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, refusal text, wait bigint)
      where s.session_id = r.id and s.state = 'PENDING' and s.written_off_at is null`;
    // What makes room in a later block and was read meanwhile: the watcher did not know of these refusals yet.
    await tryAgain(tx, head.number + 1n, now);
  });
}

function entryOf(due: Due) {
  return {
    sessionId: sessionIdFromUuid(due.sessionId),
    from: due.consumerWallet as Address,
    to: due.operatorWallet as Address,
    ratePerSecond: due.ratePerSecond,
    chargeableSeconds: BigInt(due.chargeableSeconds),
    toAmount: due.toAmount,
    feeAmount: due.feeAmount,
  };
}
