/** Writes movements.csv: a row for all that moved otherwise than to pay for a session, in the order of the chain. */
import type { Writable } from "node:stream";
import { usdcPlain } from "../../words.ts";
import { type Columns, writeSheet } from "../page/files.ts";
import { isoTime } from "../text.ts";
import type { Audit, Movement } from "../types.ts";

/** What a kind of movement is called, and whether USDC came or left by it: what is credited stays in the contract. */
const KINDS: Record<Movement["kind"], { what: string; way: "in" | "out" | "stays" }> = {
  Deposited: { what: "deposit", way: "in" },
  Withdrawn: { what: "withdrawal", way: "out" },
  PayoutCredited: { what: "payout credited", way: "stays" },
  CreditClaimed: { what: "credit claimed", way: "out" },
  Rescued: { what: "rescue", way: "out" },
};

const COLUMNS: Columns<Movement> = {
  time_utc: ({ timestamp }) => isoTime(timestamp),
  what: ({ kind }) => KINDS[kind].what,
  way: ({ kind }) => KINDS[kind].way,
  account: ({ account }) => account,
  amount_micro_usdc: ({ amount }) => amount,
  amount_usdc: ({ amount }) => usdcPlain(amount),
  block: ({ blockNumber }) => blockNumber,
  transaction: ({ transactionHash }) => transactionHash,
  log_index: ({ logIndex }) => logIndex,
};

export async function writeMovementsCsv({ movements }: Pick<Audit, "movements">, to: Writable): Promise<void> {
  await writeSheet(COLUMNS, movements, to);
}
