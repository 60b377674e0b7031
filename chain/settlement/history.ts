/** Describes the past of one contract, transaction by transaction, as a chain tells it. */

import type { Call, ContractEvent } from "@luxxon/contracts-abi/model";
import type { Address, Hash } from "viem";

/** USDC that moved into or out of the contract, as USDC's own event says it. */
export interface UsdcTransfer {
  readonly eventName: "Transfer";
  readonly from: Address;
  readonly to: Address;
  /** µUSDC */
  readonly amount: bigint;
}

/** The model's events, each name with its own arguments. */
type Each<E> = E extends { eventName: infer Name; args: infer Args }
  ? Name extends string
    ? { readonly eventName: Name; readonly args: Args }
    : never
  : never;
export type PastEvent = Each<ContractEvent>;
export type EventNamed<Name extends PastEvent["eventName"]> = Extract<PastEvent, { eventName: Name }>;

/** One log: the contract's own, or a transfer of USDC. */
export type Logged<T> = T & { readonly logIndex: number };
export type Entry = Logged<PastEvent> | Logged<UsdcTransfer>;

/** The contract's own events among logs. */
export function eventsIn(entries: readonly Entry[]): Logged<PastEvent>[] {
  return entries.filter((entry): entry is Logged<PastEvent> => entry.eventName !== "Transfer");
}

/** A call that reached the contract and went through. */
export interface ContractCall {
  /** `msg.sender` as the contract saw it. */
  readonly sender: Address;
  readonly call: Call;
}

export interface HistoryTransaction {
  readonly hash: Hash;
  readonly blockNumber: bigint;
  /** Of the block, in seconds since 1970. */
  readonly timestamp: number;
  /** Who signed and sent it. */
  readonly sender: Address;
  /** Undefined: it creates a contract. */
  readonly to: Address | undefined;
  readonly gasUsed: bigint;
  /**
   * Every call of the contract, in order. Undefined: others than the sender may have called it, and the endpoint does not
   * trace transactions, so what was submitted is not known.
   */
  readonly calls: readonly ContractCall[] | undefined;
  /** In the order of the chain; never empty. */
  readonly entries: readonly Entry[];
}
