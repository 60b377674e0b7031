/** Writes statements to a folder: HTML for people, CSV for spreadsheets. */
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isoTime, usdcPlain, uuidOf } from "../page/text.ts";
import { cannotWrite } from "../report/reportFiles.ts";
import { csv } from "../report/settlementsCsv.ts";
import type { AccountStatement } from "./account.ts";
import type { SessionStatement } from "./session.ts";
import { accountStatementPage, sessionStatementPage } from "./statementPages.ts";

const COLUMNS = [
  "time_utc",
  "what",
  "block",
  "transaction",
  "log_index",
  "session_id",
  "uuid",
  "other_party",
  "in_micro_usdc",
  "out_micro_usdc",
  "balance_micro_usdc",
  "in_usdc",
  "out_usdc",
  "balance_usdc",
];

/** @returns The file's path. @throws {UsageError} if nothing can be written there. */
export async function writeSessionStatement(statement: SessionStatement, folder: string): Promise<string[]> {
  const file = join(folder, `session-${statement.uuid ?? statement.sessionId}.html`);
  await into(folder, () => writeFile(file, sessionStatementPage(statement)));
  return [file];
}

/** @returns The files' paths. @throws {UsageError} if nothing can be written there. */
export async function writeAccountStatement(statement: AccountStatement, folder: string): Promise<string[]> {
  const { role, account, from, to } = statement;
  const name = [role, account, from ?? "deployment", to ?? `block-${statement.target.toBlock}`].join("_");
  const [page, sheet] = [join(folder, `${name}.html`), join(folder, `${name}.csv`)];
  await into(folder, async () => {
    await writeFile(page, accountStatementPage(statement));
    await writeAccountCsv(statement, createWriteStream(sheet));
  });
  return [page, sheet];
}

/** Opening balance, lines, closing balance with the sums. */
export async function writeAccountCsv(statement: AccountStatement, to: Writable): Promise<void> {
  await pipeline(Readable.from(rowsOf(statement)), csv(COLUMNS), to);
}

function* rowsOf({ opening, lines, credit, debit, closing }: AccountStatement): Generator<string[]> {
  const nowhere = Array.from({ length: 6 }, () => "");
  const micro = (...all: bigint[]) => [...all.map(String), ...all.map(usdcPlain)];
  yield ["", "Opening balance", ...nowhere, "", "", String(opening), "", "", usdcPlain(opening)];
  for (const one of lines) {
    const { sessionId } = one;
    yield [
      isoTime(one.timestamp),
      one.kind,
      String(one.blockNumber),
      one.transactionHash,
      String(one.logIndex),
      sessionId ?? "",
      sessionId === undefined ? "" : (uuidOf(sessionId) ?? ""),
      one.other ?? "",
      ...micro(one.credit, one.debit, one.balance),
    ];
  }
  yield ["", "Closing balance", ...nowhere, ...micro(credit, debit, closing)];
}

async function into(folder: string, write: () => Promise<void>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await write();
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}
