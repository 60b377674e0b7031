import type { Address, Client, Hash, TransactionReceipt } from "viem";
import type { WaitForTransactionReceiptErrorType, WriteContractErrorType } from "viem/actions";
import { waitForTransactionReceipt } from "viem/actions";
import { getAction } from "viem/utils";
import { BatchRevertedError, BatchUnclearError, InvalidBatchSizeError, type UnknownChainError } from "../errors.ts";
import { MAX_BATCH } from "../model/limits.ts";
import { type Refusal, refusalName } from "../refusal.ts";
import { callOf, type SettlementCall, settlementOf, type WriteParameters, write } from "./call.ts";
import type { SettlementEntry } from "./entry.ts";
import { type ParseSettlementLogsErrorType, parseSettlementLogs } from "./parseSettlementLogs.ts";

export interface SettleBatchParameters extends WriteParameters {
  /** 1 to `MAX_BATCH` sessions, in any order. */
  entries: readonly SettlementEntry[];
  /** How long to wait for the receipt, milliseconds; default: viem's. */
  timeout?: number | undefined;
}

export interface SettleBatchReturnType {
  hash: Hash;
  receipt: TransactionReceipt;
  /** What was charged and paid. */
  settled: SettlementEntry[];
  /** What changed nothing, and why. Its id stays open, so it may be sent again. */
  skipped: { entry: SettlementEntry; reason: Refusal }[];
  /** Payouts that USDC refused: they are owed, and `claim` pays them. */
  credited: { payee: Address; amount: bigint }[];
}

export type SettleBatchErrorType =
  | UnknownChainError
  | InvalidBatchSizeError
  | BatchRevertedError
  | BatchUnclearError
  | WriteContractErrorType
  | WaitForTransactionReceiptErrorType
  | ParseSettlementLogsErrorType;

/**
 * Charges up to 100 sessions in one transaction, waits for it, and says what became of each. Only the relayer may. The
 * entries are sorted by payee, because a run of one payee is paid by one transfer. Sending the same batch again is
 * harmless.
 *
 * @throws {@link SettleBatchErrorType}
 * @example
 * const { settled, skipped } = await settleBatch(relayerClient, { settlement: SETTLEMENT, entries });
 */
export async function settleBatch(client: Client, parameters: SettleBatchParameters): Promise<SettleBatchReturnType> {
  const { entries, timeout, ...options } = parameters;
  const sorted = sortByPayee(entries);
  const hash = await write(client, settleBatchCall(client, parameters), options);
  const receipt = await getAction(
    client,
    waitForTransactionReceipt,
    "waitForTransactionReceipt",
  )({ hash, ...(timeout === undefined ? {} : { timeout }) });
  if (receipt.status !== "success") throw new BatchRevertedError(hash);

  const settled: SettleBatchReturnType["settled"] = [];
  const skipped: SettleBatchReturnType["skipped"] = [];
  const credited: SettleBatchReturnType["credited"] = [];
  // The contract speaks of each entry once, in the batch's order.
  const rest = sorted[Symbol.iterator]();
  for (const log of parseSettlementLogs({ logs: receipt.logs, settlement: settlementOf(client, parameters) })) {
    if (log.eventName === "PayoutCredited") credited.push(log.args);
    if (log.eventName !== "Settled" && log.eventName !== "SettlementSkipped") continue;
    const entry = rest.next().value;
    if (entry?.sessionId.toLowerCase() !== log.args.sessionId.toLowerCase()) throw new BatchUnclearError(hash);
    if (log.eventName === "Settled") settled.push(entry);
    else skipped.push({ entry, reason: refusalName(log.args.reason) });
  }
  if (settled.length + skipped.length !== sorted.length) throw new BatchUnclearError(hash);
  return { hash, receipt, settled, skipped, credited };
}

/**
 * settleBatch as a call, for EIP-5792; sorted and checked as `settleBatch` does.
 *
 * @throws {InvalidBatchSizeError}
 */
export function settleBatchCall(client: Client, parameters: SettleBatchParameters): SettlementCall<"settleBatch"> {
  const { length } = parameters.entries;
  if (length < 1 || length > MAX_BATCH) throw new InvalidBatchSizeError(length, MAX_BATCH);
  return callOf(client, parameters, "settleBatch", [sortByPayee(parameters.entries)]);
}

/** Entries of one payee stay in the order in which they were given. */
function sortByPayee(entries: readonly SettlementEntry[]): SettlementEntry[] {
  const key = ({ to }: SettlementEntry) => to.toLowerCase();
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
