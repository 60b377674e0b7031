import type { Address, Client, Hash, TransactionReceipt } from "viem";
import type {
  EstimateContractGasErrorType,
  EstimateContractGasParameters,
  WaitForTransactionReceiptErrorType,
} from "viem/actions";
import { estimateContractGas, waitForTransactionReceipt } from "viem/actions";
import { getAction } from "viem/utils";
import { batchGas } from "../batchGas.ts";
import { BatchRevertedError, BatchUnclearError, InvalidBatchSizeError } from "../errors.ts";
import { MAX_BATCH } from "../model/limits.ts";
import { type Refusal, refusalName } from "../refusal.ts";
import { callOf, type SettlementCall, settlementOf, type WriteErrorType, type WriteParameters, write } from "./call.ts";
import type { SettlementEntry } from "./entry.ts";
import { type ParseSettlementLogsErrorType, parseSettlementLogs } from "./parseSettlementLogs.ts";

export interface SettleBatchParameters extends WriteParameters {
  /** 1 to `MAX_BATCH` sessions, in any order. */
  entries: readonly SettlementEntry[];
  /** How long to wait for the receipt, milliseconds; default: viem's. */
  timeout?: number | undefined;
}

export interface SettleBatchReturnType {
  /** What is on the chain: where the batch was sped up, the faster one's. */
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
  | InvalidBatchSizeError
  | BatchRevertedError
  | BatchUnclearError
  | EstimateContractGasErrorType
  | WriteErrorType
  | WaitForTransactionReceiptErrorType
  | ParseSettlementLogsErrorType;

/**
 * Charges up to 100 sessions in one transaction, waits for it, and says what became of each. Only the relayer may. The
 * entries are sorted by payee, because a run of one payee is paid by one transfer. Sending the same batch again is
 * harmless. Its gas limit is `batchGas` of its entries, unless `gas` says another.
 *
 * @throws {@link SettleBatchErrorType}
 * @example
 * const { settled, skipped } = await settleBatch(relayerClient, { settlement: SETTLEMENT, entries });
 */
export async function settleBatch(client: Client, parameters: SettleBatchParameters): Promise<SettleBatchReturnType> {
  const { entries, timeout, ...options } = parameters;
  const sorted = sortByPayee(entries);
  const call = settleBatchCall(client, parameters);
  const gas = options.gas ?? (await gasOf(client, call, options));
  const sent = await write(client, call, gas === undefined ? options : { ...options, gas });
  const receipt = await getAction(
    client,
    waitForTransactionReceipt,
    "waitForTransactionReceipt",
  )({ hash: sent, ...(timeout === undefined ? {} : { timeout }) });
  // Not what was sent, where that was sped up or cancelled: what is on the chain.
  const hash = receipt.transactionHash;
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
    if (entry?.sessionId.toLowerCase() !== log.args.sessionId.toLowerCase()) throw new BatchUnclearError(hash, sent);
    if (log.eventName === "Settled") settled.push(entry);
    else skipped.push({ entry, reason: refusalName(log.args.reason) });
  }
  if (settled.length + skipped.length !== sorted.length) throw new BatchUnclearError(hash, sent);
  return { hash, receipt, settled, skipped, credited };
}

/**
 * The bound, and not an estimate: an entry that would be skipped now may settle by the time it is mined. What cannot be sent
 * at all is refused by the estimate, before it costs anything.
 */
async function gasOf(client: Client, call: SettlementCall<"settleBatch">, options: WriteParameters) {
  const account = options.account ?? client.account;
  // A smart account's call is one of several in a transaction that is not its own.
  if (account === undefined || (typeof account === "object" && account.type === "smart")) return undefined;
  const { address, abi, functionName, args } = call;
  const estimate = getAction(client, estimateContractGas, "estimateContractGas");
  await estimate({ address, abi, functionName, args, account } as EstimateContractGasParameters);
  return batchGas(args[0].length);
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
