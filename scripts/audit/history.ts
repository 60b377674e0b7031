/** Describes what the rules look at: a history, what came of it when it was replayed, and what the chain says at its end. */

import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import type { HistoryPart } from "@luxxon/chain/settlement/readHistory";
import type { Settings, StoredAccount } from "@luxxon/chain/settlement/state";
import type { ConstructorArguments, State } from "@luxxon/contracts-abi/model";
import type { Address, Hash, Hex } from "viem";
import type { Books } from "./books.ts";
import type { Findings } from "./findings.ts";
import type { Target } from "./types.ts";

/** What a chain says of one contract since its creation: the input of `reconcile`. */
export interface History {
  readonly target: Target;
  /** What the deployment's record says of the constructor; undefined: there is none. */
  readonly recordedArgs: ConstructorArgs | undefined;
  /** In the order of the chain, as they are read; a whole history would fill the memory. */
  readonly read: (before: Before | undefined) => AsyncIterable<HistoryPart>;
  /** Whether the code is one that this repository has published. */
  readonly isCodeKnown: boolean;
  /** What the reader of the audit has to know of how it was read, a sentence each; complete when all has been read. */
  readonly notes: readonly string[];
  readonly evidence: Evidence;
}

/** Behind which part reading goes on. */
export type Before = Pick<HistoryPart, "to" | "toHash" | "toTimestamp">;

/** How a history was read. */
export interface Evidence {
  /** Who was asked, as messages call them. */
  readonly endpoints: readonly string[];
  /** All headers were read, and each follows on the one before. */
  readonly isEveryBlockRead: boolean;
}

/** How the contract was created, and where. */
export interface Creation {
  readonly args: ConstructorArguments;
  readonly hash: Hash;
  readonly blockNumber: bigint;
}

/** What came of a history, beside what is in the store. */
export interface Replayed {
  readonly state: State;
  /** USDC that came in less what left, µUSDC. */
  readonly held: bigint;
  readonly books: Books;
  readonly creation: Creation;
  /** By the rules of the history, and of the announced fee. */
  readonly findings: Record<"history" | "fees", Findings>;
  /** Transactions in which the contract did something, and those of them whose calls are not known. */
  readonly played: number;
  readonly untraced: number;
  /** By how many endpoints transactions were traced, 0 to all: how many transactions. */
  readonly traced: ReadonlyMap<number, number>;
}

/** An account as the contract stores it, and what it says of it in other words. */
export interface AccountOnChain extends StoredAccount {
  readonly deposits: bigint;
  readonly credits: bigint;
}

/** Another contract of the chain, and what it says of its sessions. */
export interface Elsewhere {
  readonly address: Address;
  readonly version: string;
  /** Its words of settled bits; undefined: it could not be asked. */
  readonly readWords: ((words: readonly Hex[]) => Promise<ReadonlyMap<Hex, bigint>>) | undefined;
}

/** What the contract says at the end of the last block; what there is much of is read when it is asked for. */
export interface EndOnChain {
  readonly settings: Settings;
  /** Whether it follows from the block's hash. */
  readonly isProved: boolean;
  /** The same of the USDC that the contract holds. */
  readonly isBalanceProved: boolean;
  readonly readAccounts: (accounts: readonly Address[]) => Promise<ReadonlyMap<Address, AccountOnChain>>;
  /** @param words And the bits that are asked for. @returns These, and any other bit of the word that could be seen. */
  readonly readWords: (words: ReadonlyMap<Hex, bigint>) => Promise<ReadonlyMap<Hex, bigint>>;
}
