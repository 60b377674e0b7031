/** settlements.csv: a row for each session that was settled or skipped, in the order of the chain. */

import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { isoTime, usdcPlain, uuidOf } from "../page/text.ts";
import type { Audit, Settlement, Skipped } from "../types.ts";

/** The columns and what stands in them; "" where a row has no such thing. */
const COLUMNS: Record<string, (row: Row) => string> = {
  session_id: ({ sessionId }) => sessionId,
  uuid: ({ sessionId }) => uuidOf(sessionId) ?? "",
  outcome: (row) => ("reason" in row ? "skipped" : "settled"),
  reason: (row) => ("reason" in row ? row.reason : ""),
  time_utc: ({ timestamp }) => isoTime(timestamp),
  block: ({ blockNumber }) => String(blockNumber),
  transaction: ({ transactionHash }) => transactionHash,
  log_index: ({ logIndex }) => String(logIndex),
  consumer: ({ from }) => from,
  operator: ({ to }) => to,
  rate_micro_usdc_per_second: (row) => ("reason" in row ? "" : String(row.ratePerSecond)),
  seconds: (row) => ("reason" in row ? "" : String(row.chargeableSeconds)),
  total_micro_usdc: ({ toAmount, feeAmount }) => String(toAmount + feeAmount),
  operator_micro_usdc: ({ toAmount }) => String(toAmount),
  fee_micro_usdc: ({ feeAmount }) => String(feeAmount),
  total_usdc: ({ toAmount, feeAmount }) => usdcPlain(toAmount + feeAmount),
  operator_usdc: ({ toAmount }) => usdcPlain(toAmount),
  fee_usdc: ({ feeAmount }) => usdcPlain(feeAmount),
  operator_paid: (row) => ("reason" in row ? "" : row.operatorPaid),
  platform_paid: (row) => ("reason" in row ? "" : row.platformPaid),
};

type Row = Settlement | Skipped;

export async function writeSettlementsCsv(audit: Pick<Audit, "settlements" | "skipped">, to: Writable): Promise<void> {
  await pipeline(Readable.from(rowsOf(audit)), csv(Object.keys(COLUMNS)), to);
}

function* rowsOf({ settlements, skipped }: Pick<Audit, "settlements" | "skipped">): Generator<string[]> {
  const cells = Object.values(COLUMNS);
  for (const row of inOrder<Row>([settlements, skipped])) yield cells.map((cell) => cell(row));
}

/** Lists of what happened on the chain as one, by place. */
export function inOrder<T extends { blockNumber: bigint; logIndex: number }>(lists: readonly (readonly T[])[]): T[] {
  return lists.flat().sort((one, other) => {
    const blocks = one.blockNumber - other.blockNumber;
    return blocks < 0n ? -1 : blocks > 0n ? 1 : one.logIndex - other.logIndex;
  });
}

/** A writer of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(columns: readonly string[]) {
  return stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: "windows",
    quote_record_delimiter: true,
  });
}
