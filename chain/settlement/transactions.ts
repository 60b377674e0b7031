/** Takes of a transaction what an audit needs, and finds the calls by which it reached the contract. */

import { type Address, getContractAddress, type Hash, type Hex, toFunctionSelector } from "viem";
import type { Block } from "../rpc/blocks.ts";
import type { Included } from "../rpc/contents.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { contradiction, disagreement, RequestProblem } from "../rpc/problems.ts";
import { concerns, type Sources } from "./logs.ts";

/** A call of the contract, as it was sent. */
export interface FoundCall {
  readonly from: Address;
  readonly input: Hex;
}

/** A log of the contract, or of USDC's transfers from it and to it. */
export interface ProvenLog {
  /** In its block. */
  readonly logIndex: number;
  /** Whether USDC said it; the contract otherwise. */
  readonly isUsdc: boolean;
  readonly topics: Hex[];
  readonly data: Hex;
}

/** What a block proves of a transaction that concerns the contract. */
export interface ProvenTransaction {
  readonly hash: Hash;
  readonly blockNumber: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** By its signature. */
  readonly from: Address;
  /** Undefined: it creates a contract. */
  readonly to: Address | undefined;
  readonly gasUsed: bigint;
  /** What reached the contract, in order. Undefined: not all of it is the transaction's own, so only a trace shows it. */
  readonly calls: readonly FoundCall[] | undefined;
  /** In order. */
  readonly logs: readonly ProvenLog[];
}

/** The logs of a transaction that are the contract's, or of USDC from it or to it. */
export function logsOf({ logs }: Included, sources: Sources): ProvenLog[] {
  return logs
    .filter((log) => concerns(sources, log))
    .map(({ address, topics, data, logIndex }) => {
      return { logIndex, isUsdc: sameHex(address, sources.usdc), topics: [...topics], data };
    });
}

/** @param logs All that concern the contract. */
export async function provenFrom(
  { number, timestamp }: Block,
  transaction: Included,
  logs: ProvenLog[],
  { address }: Sources,
): Promise<ProvenTransaction> {
  const from = await transaction.sender();
  const { hash, to, gasUsed } = transaction;
  const calls = callsWithoutTrace(address, from, transaction, logs);
  return { hash, blockNumber: Number(number), timestamp, from, to, gasUsed, calls, logs };
}

const RESCUE = toFunctionSelector("rescue(address,address,uint256)");

/** Undefined: somebody else may have called the contract meanwhile. */
function callsWithoutTrace(
  address: Address,
  from: Address,
  { to, nonce, input }: Included,
  logs: readonly ProvenLog[],
): FoundCall[] | undefined {
  const events = logs.filter(({ isUsdc }) => !isUsdc).length;
  // The contract calls USDC, which calls nobody back, and the token that the owner takes out, which may do anything.
  if (sameHex(to, address)) return input.startsWith(RESCUE) && events > 1 ? undefined : [{ from, input }];
  // Somebody has sent USDC: whatever changes the contract says so by an event.
  if (events === 0) return [];
  if (to !== undefined) return undefined;
  // The contract's own constructor calls nobody; any other's may call the contract.
  return sameHex(getContractAddress({ from, nonce }), address) ? [] : undefined;
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
 * Asks every endpoint for a transaction's trace: nothing in a block proves one.
 *
 * @returns The calls of the contract, and how many have shown them; undefined: none of the endpoints traces it.
 * @throws {UsageError} if the trace is of another transaction, or two endpoints show different ones.
 */
export async function trace(
  endpoints: readonly Endpoint[],
  address: Address,
  transaction: Pick<ProvenTransaction, "hash" | "from" | "to">,
): Promise<{ calls: FoundCall[]; by: number } | undefined> {
  const shown = await Promise.all(endpoints.map((endpoint) => traceOf(endpoint, address, transaction)));
  const by = endpoints.filter((_, i) => shown[i] !== undefined);
  const [first, ...others] = shown.filter((calls) => calls !== undefined);
  if (first === undefined) return undefined;
  const other = others.findIndex((calls) => JSON.stringify(calls) !== JSON.stringify(first));
  if (other === -1) return { calls: first, by: by.length };
  throw disagreement(by[0] as Endpoint, by[other + 1] as Endpoint, `the calls in transaction ${transaction.hash}`);
}

async function traceOf(
  endpoint: Endpoint,
  address: Address,
  { hash, from, to }: Pick<ProvenTransaction, "hash" | "from" | "to">,
): Promise<FoundCall[] | undefined> {
  let top: Frame | null;
  try {
    top = (await endpoint.ask("debug_traceTransaction", [hash, { tracer: "callTracer" }])) as Frame | null;
  } catch (error) {
    // Most public endpoints do not trace, or not that far back. The audit goes on with the events alone, and says so.
    if (error instanceof RequestProblem) return undefined;
    throw error;
  }
  if (top === null) return undefined;
  if (!sameHex(top.from, from) || (to !== undefined && !sameHex(top.to, to))) {
    throw contradiction(endpoint.where, `its trace of ${hash} is of another transaction`);
  }
  return [...callsIn(top, address)];
}

/** What went through. A frame that failed undid what it called. */
function* callsIn(frame: Frame, address: Address): Generator<FoundCall> {
  if (frame.error !== undefined) return;
  if (frame.type === "CALL" && sameHex(frame.to, address)) yield { from: frame.from, input: frame.input };
  for (const inner of frame.calls ?? []) yield* callsIn(inner, address);
}
