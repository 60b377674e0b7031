/** Writes settlements.csv: a row for each session that was settled or skipped, in the order of the chain. */

import type { Writable } from "node:stream";
import { usdcPlain } from "../../words.ts";
import { type Columns, writeSheet } from "../page/files.ts";
import { isoTime, uuidOf } from "../text.ts";
import type { Audit, Settlement, Skipped } from "../types.ts";
import { merged } from "./sums.ts";

/** A settled session has no reason; a skipped one only what was submitted of it. */
type Row = Pick<Settlement, keyof Settlement & keyof Skipped> & Partial<Settlement & Skipped>;

const COLUMNS: Columns<Row> = {
  session_id: ({ sessionId }) => sessionId,
  uuid: ({ sessionId }) => uuidOf(sessionId),
  outcome: ({ reason }) => (reason === undefined ? "settled" : "skipped"),
  reason: ({ reason }) => reason,
  time_utc: ({ timestamp }) => isoTime(timestamp),
  block: ({ blockNumber }) => blockNumber,
  transaction: ({ transactionHash }) => transactionHash,
  log_index: ({ logIndex }) => logIndex,
  consumer: ({ from }) => from,
  operator: ({ to }) => to,
  rate_micro_usdc_per_second: ({ ratePerSecond }) => ratePerSecond,
  seconds: ({ chargeableSeconds }) => chargeableSeconds,
  total_micro_usdc: ({ toAmount, feeAmount }) => toAmount + feeAmount,
  operator_micro_usdc: ({ toAmount }) => toAmount,
  fee_micro_usdc: ({ feeAmount }) => feeAmount,
  total_usdc: ({ toAmount, feeAmount }) => usdcPlain(toAmount + feeAmount),
  operator_usdc: ({ toAmount }) => usdcPlain(toAmount),
  fee_usdc: ({ feeAmount }) => usdcPlain(feeAmount),
  operator_paid: ({ operatorPaid }) => operatorPaid,
  platform_paid: ({ platformPaid }) => platformPaid,
};

export async function writeSettlementsCsv(audit: Pick<Audit, "settlements" | "skipped">, to: Writable): Promise<void> {
  await writeSheet(COLUMNS, merged<Row>(audit.settlements, audit.skipped), to);
}
