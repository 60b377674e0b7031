/** Writes statements to a folder: HTML for people, CSV for spreadsheets. */
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { usdcPlain } from "../../words.ts";
import type { Made } from "../made.ts";
import { type Columns, writeFiles, writeSheet } from "../page/files.ts";
import { isoTime, uuidOf } from "../text.ts";
import type { AccountStatement, StatementRow } from "./account.ts";
import { accountStatementPage } from "./accountPage.ts";
import type { SessionStatement } from "./session.ts";
import { sessionStatementPage } from "./sessionPage.ts";

/** @returns The file's path. @throws {UsageError} if nothing can be written there. */
export function writeSessionStatement(statement: SessionStatement, folder: string, made: Made): Promise<string[]> {
  return writeFiles(folder, {
    [`session-${statement.uuid ?? statement.sessionId}.html`]: (path) =>
      writeFile(path, sessionStatementPage(statement, made)),
  });
}

/** @returns The files' paths. @throws {UsageError} if nothing can be written there. */
export function writeAccountStatement(statement: AccountStatement, folder: string, made: Made): Promise<string[]> {
  const { role, account, from, to, target } = statement;
  const name = [role, account, from ?? "deployment", to ?? `block-${target.toBlock}`].join("_");
  return writeFiles(folder, {
    [`${name}.html`]: (path) => writeFile(path, accountStatementPage(statement, made)),
    [`${name}.csv`]: (path) => writeAccountCsv(statement, createWriteStream(path)),
  });
}

const inUsdc = (amount: bigint | undefined) => (amount === undefined ? undefined : usdcPlain(amount));

const COLUMNS: Columns<StatementRow> = {
  time_utc: ({ timestamp }) => (timestamp === undefined ? undefined : isoTime(timestamp)),
  what: ({ kind }) => kind,
  block: ({ blockNumber }) => blockNumber,
  transaction: ({ transactionHash }) => transactionHash,
  log_index: ({ logIndex }) => logIndex,
  session_id: ({ sessionId }) => sessionId,
  uuid: ({ sessionId }) => sessionId && uuidOf(sessionId),
  other_party: ({ other }) => other,
  rate_micro_usdc_per_second: ({ ratePerSecond }) => ratePerSecond,
  seconds: ({ chargeableSeconds }) => chargeableSeconds,
  fee_micro_usdc: ({ fee }) => fee,
  in_micro_usdc: ({ credit }) => credit,
  out_micro_usdc: ({ debit }) => debit,
  balance_micro_usdc: ({ balance }) => balance,
  in_usdc: ({ credit }) => inUsdc(credit),
  out_usdc: ({ debit }) => inUsdc(debit),
  balance_usdc: ({ balance }) => usdcPlain(balance),
  below_meter_micro_usdc: ({ missing }) => missing,
};

/** Opening balance, lines, closing balance with the sums. */
export async function writeAccountCsv(statement: AccountStatement, to: Writable): Promise<void> {
  const { opening, lines, credit, debit, closing } = statement;
  const first = { kind: "Opening balance", balance: opening };
  const last = { kind: "Closing balance", credit, debit, balance: closing };
  function* rows(): Generator<StatementRow> {
    yield first;
    yield* lines;
    yield last;
  }
  await writeSheet(COLUMNS, rows(), to);
}
