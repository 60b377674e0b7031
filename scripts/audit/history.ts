/** Describes what the rules look at: a history, what came of it when it was replayed, and what the chain says at its end. */

import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import type { Settings, StoredAccount } from "@luxxon/chain/settlement/state";
import type { State } from "@luxxon/contracts-abi/model";
import type { Address, Hex } from "viem";
import type { Books } from "./books.ts";
import type { Target } from "./types.ts";

/** What a chain says of one contract since its creation: the input of `reconcile`. */
export interface History {
  readonly target: Target;
  /** What the deployment's record says of the constructor; undefined: there is none. */
  readonly recordedArgs: ConstructorArgs | undefined;
  /** In the order of the chain, in parts, as they are read; a whole history would fill the memory. To be gone through once. */
  readonly transactions: AsyncIterable<readonly HistoryTransaction[]>;
  /** Whether the code is one that this repository has published. */
  readonly isCodeKnown: boolean;
  /** What the reader of the audit has to know of how it was read, a sentence each; complete when all has been read. */
  readonly notes: readonly string[];
  /** What the verdict rests on; complete when all has been read. */
  readonly evidence: Evidence;
}

/** How a history was read. */
export interface Evidence {
  /** Who was asked, as messages call them. */
  readonly endpoints: readonly string[];
  /** All headers were read, and each follows on the one before. */
  readonly isEveryBlockRead: boolean;
  /** By how many endpoints transactions were traced, 0 to all: how many transactions. */
  readonly traced: Map<number, number>;
}

/** What came of a history. */
export interface Replayed {
  readonly state: State;
  /** USDC that came in less what left, µUSDC. */
  readonly held: bigint;
  readonly books: Books;
  /** Ids that were submitted, by what the history says of them. */
  readonly ids: ReadonlyMap<Hex, boolean>;
  /** Transactions in which the contract did something, and those of them whose calls are not known. */
  readonly played: number;
  readonly untraced: number;
}

/** An account as the contract stores it, and what it says of it in other words. */
export interface AccountOnChain extends StoredAccount {
  readonly deposits: bigint;
  readonly credits: bigint;
}

/** What another contract of the chain says of the sessions that this one has settled. */
export interface Elsewhere {
  readonly address: Address;
  readonly version: string;
  /** Those that it has settled too; undefined: it could not be asked. */
  readonly settled: ReadonlySet<Hex> | undefined;
}

/** What the contract says at the end of the last block. */
export interface StateOnChain {
  readonly end: Settings;
  readonly accounts: ReadonlyMap<Address, AccountOnChain>;
  /** The ids that were asked for, and every other that a word of theirs marks. */
  readonly settled: ReadonlyMap<Hex, boolean>;
  /** Whether it follows from the block's hash. */
  readonly isProved: boolean;
  /** The same of the USDC that the contract holds. */
  readonly isBalanceProved: boolean;
}
