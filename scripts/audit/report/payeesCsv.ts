/** Writes payees.csv: what each payee earned and was paid, a row for each day on which it did. */
import type { Writable } from "node:stream";
import type { Address } from "viem";
import { usdcPlain } from "../../words.ts";
import { type Columns, writeSheet } from "../page/files.ts";
import type { Audit } from "../types.ts";
import { dailyFlows, type Flow } from "./flows.ts";

interface Row extends Flow {
  date: string;
  payee: Address;
}

const COLUMNS: Columns<Row> = {
  day_utc: ({ date }) => date,
  payee: ({ payee }) => payee,
  sessions: ({ sessions }) => sessions,
  earned_micro_usdc: ({ earned }) => earned,
  paid_at_once_micro_usdc: ({ earned, credited }) => earned - credited,
  credited_micro_usdc: ({ credited }) => credited,
  claimed_micro_usdc: ({ claimed }) => claimed,
  earned_usdc: ({ earned }) => usdcPlain(earned),
  paid_at_once_usdc: ({ earned, credited }) => usdcPlain(earned - credited),
  credited_usdc: ({ credited }) => usdcPlain(credited),
  claimed_usdc: ({ claimed }) => usdcPlain(claimed),
};

export async function writePayeesCsv(audit: Pick<Audit, "settlements" | "movements">, to: Writable): Promise<void> {
  await writeSheet(COLUMNS, rowsOf(audit), to);
}

function* rowsOf(audit: Pick<Audit, "settlements" | "movements">): Generator<Row> {
  for (const { date, flows } of dailyFlows(audit)) {
    for (const [payee, flow] of flows) yield { date, payee, ...flow };
  }
}
