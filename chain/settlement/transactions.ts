/** Reads the transactions behind logs: who sent them, what reached the contract, what they cost. */

import { type Address, getContractAddress, type Hash, type Hex, toFunctionSelector } from "viem";
import { z } from "zod";
import { hashSchema } from "../deployments/schema.ts";
import type { Block } from "../rpc/blocks.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { contradiction, RequestProblem } from "../rpc/problems.ts";
import { concerns, type FoundLog, type RawLog, type Sources } from "./logs.ts";

const hexSchema = z.custom<Hex>((value) => typeof value === "string" && value.startsWith("0x"));

/** A transaction and its logs as they are kept: short, and JSON. */
export const keptTransactionSchema = z.object({
  hash: hashSchema,
  blockNumber: z.int(),
  /** Seconds since 1970. */
  timestamp: z.int(),
  from: hexSchema,
  /** Null: it creates a contract. */
  to: hexSchema.nullable(),
  gasUsed: hexSchema,
  /** What reached the contract, in order. Null: not all of it is the transaction's own, and the endpoint cannot trace it. */
  calls: z.array(z.object({ from: hexSchema, input: hexSchema })).nullable(),
  /** Of the contract, and USDC's transfers from it and to it, in order. */
  logs: z.array(
    z.object({
      /** In its block. */
      logIndex: z.int(),
      /** Whether USDC said it; the contract otherwise. */
      isUsdc: z.boolean(),
      topics: z.array(hexSchema),
      data: hexSchema,
    }),
  ),
});

export type KeptTransaction = z.output<typeof keptTransactionSchema>;
type KeptCall = NonNullable<KeptTransaction["calls"]>[number];

interface RawTransaction {
  hash: Hash;
  blockHash: Hash;
  from: Address;
  /** Some nodes leave it out where it is null. */
  to?: Address | null;
  nonce: Hex;
  input: Hex;
}

interface RawReceipt {
  transactionHash: Hash;
  blockHash: Hash;
  status: Hex;
  gasUsed: Hex;
  logs: RawLog[];
}

/** One frame of Geth's `callTracer`. */
interface Frame {
  type: string;
  from: Address;
  to?: Address;
  input: Hex;
  error?: string;
  calls?: Frame[];
}

/**
 * Reads one transaction with its receipt, and its trace if it did not call the contract itself.
 *
 * @param logs All logs of it that were found.
 * @throws {UsageError} if the answers do not agree with each other.
 */
export async function readTransaction(
  endpoint: Endpoint,
  sources: Sources,
  block: Block,
  hash: Hash,
  logs: readonly FoundLog[],
): Promise<KeptTransaction> {
  const [transaction, receipt] = (await Promise.all([
    endpoint.ask("eth_getTransactionByHash", [hash]),
    endpoint.ask("eth_getTransactionReceipt", [hash]),
  ])) as [RawTransaction | null, RawReceipt | null];
  if (transaction === null || receipt === null) {
    throw contradiction(endpoint.where, `it shows logs of ${hash}, but not the transaction`);
  }
  if (transaction.hash !== hash || receipt.transactionHash !== hash) {
    throw contradiction(endpoint.where, `asked for transaction ${hash}, it shows another`);
  }
  if (transaction.blockHash !== block.hash || receipt.blockHash !== block.hash) {
    throw contradiction(endpoint.where, `transaction ${hash} is in block ${block.number}, and it is not`);
  }
  if (BigInt(receipt.status) !== 1n) throw contradiction(endpoint.where, `transaction ${hash} failed, and has logs`);
  checkLogs(
    endpoint,
    hash,
    logs,
    receipt.logs.filter((log) => concerns(sources, log)),
  );
  return {
    hash,
    blockNumber: Number(block.number),
    timestamp: block.timestamp,
    from: transaction.from,
    to: transaction.to ?? null,
    gasUsed: receipt.gasUsed,
    calls: await callsOf(endpoint, sources.address, transaction, logs),
    logs: logs.map(({ logIndex, isUsdc, topics, data }) => ({ logIndex, isUsdc, topics, data })),
  };
}

/** The receipt says a second time what was logged. */
function checkLogs(endpoint: Endpoint, hash: Hash, found: readonly FoundLog[], receipt: readonly RawLog[]): void {
  const differs =
    found.length !== receipt.length ||
    receipt.some(({ data, topics }, i) => found[i]?.data !== data || found[i]?.topics.join() !== topics.join());
  if (differs) throw contradiction(endpoint.where, `eth_getLogs and the receipt of ${hash} show different logs`);
}

async function callsOf(
  endpoint: Endpoint,
  address: Address,
  transaction: RawTransaction,
  logs: readonly FoundLog[],
): Promise<KeptCall[] | null> {
  const known = callsWithoutTrace(address, transaction, logs);
  if (known !== undefined) return known;
  try {
    const top = (await endpoint.ask("debug_traceTransaction", [transaction.hash, { tracer: "callTracer" }])) as Frame;
    return [...callsIn(top, address)];
  } catch (error) {
    // Most public endpoints do not trace, or not that far back. The audit goes on with the events alone, and says so.
    if (error instanceof RequestProblem) return null;
    throw error;
  }
}

const RESCUE = toFunctionSelector("rescue(address,address,uint256)");

/** Undefined: somebody else may have called the contract meanwhile. */
function callsWithoutTrace(
  address: Address,
  { from, to, nonce, input }: RawTransaction,
  logs: readonly FoundLog[],
): KeptCall[] | undefined {
  const events = logs.filter(({ isUsdc }) => !isUsdc).length;
  // The contract calls USDC, which calls nobody back, and the token that the owner takes out, which may do anything.
  if (sameHex(to, address)) return input.startsWith(RESCUE) && events > 1 ? undefined : [{ from, input }];
  // Somebody has sent USDC: whatever changes the contract says so by an event.
  if (events === 0) return [];
  if ((to ?? null) !== null) return undefined;
  // The contract's own constructor calls nobody; any other's may call the contract.
  const created = getContractAddress({ from, nonce: BigInt(nonce) });
  return sameHex(created, address) ? [] : undefined;
}

/** What went through. A frame that failed undid what it called. */
function* callsIn(frame: Frame, address: Address): Generator<KeptCall> {
  if (frame.error !== undefined) return;
  if (frame.type === "CALL" && sameHex(frame.to, address)) yield { from: frame.from, input: frame.input };
  for (const inner of frame.calls ?? []) yield* callsIn(inner, address);
}
