/**
 * Describes what an audit is about and what it found. `collect` makes a History from a chain, `reconcile` makes an Audit from a
 * History, and every report is made from an Audit alone. All amounts are µUSDC.
 */

import type { Refusal } from "@luxxon/contracts-abi";
import type { Address, Hash, Hex } from "viem";

/**
 * What may be too much for the memory: it lies in the store, and is gone through from the first to the last as often as
 * anybody wants. An array is the same of what is little.
 */
export interface Rows<T> extends Iterable<T> {
  readonly length: number;
  /** Those in whose column this stands, by an index of the store; an array has none: see `narrowed`. */
  readonly where?: (column: string, value: unknown) => Iterable<T>;
}

/** At least all rows in whose column this stands, and as few others as can be had: whoever asks looks at each once more. */
export function narrowed<T>(rows: Rows<T>, column: string, value: unknown): Iterable<T> {
  return rows.where?.(column, value) ?? rows;
}

/** One contract, and how much of its history. */
export interface Target {
  chainId: number;
  /** "Base Sepolia", or "chain 31337". */
  chainTitle: string;
  address: Address;
  /** `version()` of the contract. */
  version: string;
  usdc: Address;
  /** keccak256 of the code at the address. */
  codeHash: Hash;
  /** The first block that was read: the deployment's. */
  fromBlock: bigint;
  /** The last block that was read; every balance is as it stood at its end. */
  toBlock: bigint;
  toBlockHash: Hash;
  /** Of toBlock, in seconds since 1970. */
  toTimestamp: number;
}

/** Where on the chain something happened. */
export interface Position {
  blockNumber: bigint;
  /** Of the block, in seconds since 1970. */
  timestamp: number;
  transactionHash: Hash;
  /** Of the event that says so, in its block. */
  logIndex: number;
}

/** One session that was paid. */
export interface Settlement extends Position {
  sessionId: Hex;
  from: Address;
  to: Address;
  toAmount: bigint;
  feeAmount: bigint;
  ratePerSecond: bigint;
  chargeableSeconds: bigint;
  /** Credited: USDC refused the transfer, and the payee can claim the amount. Nothing: the amount was 0. */
  operatorPaid: "transferred" | "credited" | "nothing";
  platformPaid: "transferred" | "credited" | "nothing";
  /** The platform wallet of that moment: whose the fee is. */
  feeTo: Address;
}

/** One entry of a batch that was passed over, with what the relayer had submitted. */
export interface Skipped extends Position {
  sessionId: Hex;
  reason: Refusal;
  from: Address;
  to: Address;
  toAmount: bigint;
  feeAmount: bigint;
}

/** Money that came in, or left otherwise than to be paid for a session, or waits to be claimed. */
export interface Movement extends Position {
  kind: "Deposited" | "Withdrawn" | "PayoutCredited" | "CreditClaimed" | "Rescued";
  /** The consumer, the payee, or whom the rescue went to. */
  account: Address;
  amount: bigint;
}

/** A change of a role, of a limit, or of the pause. */
export interface Change extends Position {
  /** The event's name. */
  event: string;
  /** Who sent the transaction. */
  sender: Address;
  /** In words: "relayer 0x… → 0x…". */
  text: string;
}

/** One transaction that settled, or tried to. */
export interface SettlingTransaction extends Position {
  relayer: Address;
  settled: number;
  skipped: number;
  gasUsed: bigint;
  /** The contract that the transaction called, if that was not LuxxonSettlement itself: a Safe, a multicall, an entry point. */
  through?: Address;
}

/** Everyone who ever appeared, as the history adds up and as the chain says. */
export interface AccountTotals {
  account: Address;
  deposited: bigint;
  withdrawn: bigint;
  /** Charged for sessions, operator's and platform's part together. */
  charged: bigint;
  /** Earned by sessions or fees, whether transferred or credited. */
  earned: bigint;
  claimed: bigint;
  /** Read from the chain at `toBlock`. */
  deposits: bigint;
  credits: bigint;
}

/** One numbered rule of the reconciliation. */
export interface RuleResult {
  /** "R1", … */
  id: string;
  title: string;
  /** How many things were held against it. A rule that checked nothing has shown nothing. */
  checked: number;
  violations: number;
  /** Transactions that it could not be held against, because the endpoint does not trace them. */
  unchecked: number;
}

/**
 * What a kind of fact rests on. Proved: it follows from the hash of the last block, or with `inBlock` from the hash of its
 * own. Agreed: several endpoints say the same. Believed: one says so. Unchecked: nobody shows it.
 */
export type Basis = "proved" | "agreed" | "believed" | "unchecked";

/** How far the verdict reaches, for one kind of fact. */
export interface Reach {
  fact: string;
  basis: Basis;
  /** By what, or by whom: a few words. */
  by: string;
}

export interface Violation {
  rule: string;
  /** One sentence that a finance team understands. */
  message: string;
  expected: string;
  found: string;
  blockNumber: bigint | undefined;
  transactionHash: Hash | undefined;
  sessionId: Hex | undefined;
  account: Address | undefined;
}

/** One day in UTC. */
export interface Day {
  /** "2026-11-22" */
  date: string;
  settled: bigint;
  fees: bigint;
  sessions: number;
  skipped: number;
  deposited: bigint;
  withdrawn: bigint;
  /** At the end of the day. */
  totalDeposits: bigint;
  totalCredits: bigint;
}

/** What stood in the contract at `toBlock`. */
export interface EndState {
  totalDeposits: bigint;
  totalCredits: bigint;
  surplus: bigint;
  usdcBalance: bigint;
  poolDailyLimit: bigint;
  defaultDailyLimit: bigint;
  paused: boolean;
  owner: Address;
  relayer: Address;
  guardian: Address;
  platformWallet: Address;
}

export interface Audit {
  target: Target;
  /** The fee that the platform announces, in 1/10,000; undefined: not held against anything. */
  announcedFeeBps: number | undefined;
  rules: RuleResult[];
  violations: Rows<Violation>;
  settlements: Rows<Settlement>;
  skipped: Rows<Skipped>;
  movements: Rows<Movement>;
  changes: Rows<Change>;
  transactions: Rows<SettlingTransaction>;
  /** Sorted by address. */
  accounts: Rows<AccountTotals>;
  days: Day[];
  end: EndState;
  /** In the order of a report. */
  reach: Reach[];
  /** What the reader has to know of how the history was read, a sentence each. */
  notes?: string[];
}
