/** What `npm run audit` gives: on the terminal, as JSON, and in files. */
import process from "node:process";
import { counted } from "./page/text.ts";
import { jsonText, writeReportJson } from "./report/reportJson.ts";
import { printAudit } from "./report/reportText.ts";
import type { Period, Subject } from "./request.ts";
import { type AccountStatement, accountStatement, agreesWithChain } from "./statement/account.ts";
import { isClean, type SessionStatement, sessionStatement } from "./statement/session.ts";
import { accountStatementText, sessionStatementText } from "./statement/statementTexts.ts";
import type { Audit } from "./types.ts";

export interface OutputOptions {
  /** Days in UTC, both included, of a statement. */
  readonly period: Period;
  /** A folder to write files to; undefined: none. */
  readonly out: string | undefined;
  /** JSON on the terminal instead of text. */
  readonly json: boolean;
}

/**
 * Prints what was asked for and writes its files.
 *
 * @returns The exit code: 1 if the audit found anything wrong, be it elsewhere, else 0.
 * @throws {UsageError} if there is no such statement, or nothing can be written to the folder.
 */
export async function giveOut(audit: Audit, asked: Subject, { period, out, json }: OutputOptions): Promise<number> {
  const { fromDate: from, toDate: to } = period;
  if (asked.kind === "all") return giveAudit(audit, { out, json });
  if (asked.kind === "session") return giveSession(audit, sessionStatement(audit, asked.sessionId), { out, json });
  const { account, kind: role } = asked;
  return giveAccount(audit, accountStatement(audit, { account, role, from, to }), { out, json });
}

type Where = Pick<OutputOptions, "out" | "json">;

async function giveAudit(audit: Audit, { out, json }: Where): Promise<number> {
  if (json) await writeReportJson(audit, process.stdout);
  else printAudit(audit);
  if (out !== undefined) {
    // Vega is large, and a terminal needs none of it.
    const { writeReport } = await import("./report/reportFiles.ts");
    tellWritten(await writeReport(audit, out), json);
  }
  return audit.violations.length === 0 ? 0 : 1;
}

async function giveSession(audit: Audit, statement: SessionStatement, { out, json }: Where): Promise<number> {
  console.log(json ? jsonText(statement) : sessionStatementText(statement));
  if (out !== undefined) {
    const { writeSessionStatement } = await import("./statement/statementFiles.ts");
    tellWritten(await writeSessionStatement(statement, out), json);
  }
  return codeOf(audit, isClean(statement));
}

async function giveAccount(audit: Audit, statement: AccountStatement, { out, json }: Where): Promise<number> {
  console.log(json ? jsonText(statement) : accountStatementText(statement));
  if (out !== undefined) {
    const { writeAccountStatement } = await import("./statement/statementFiles.ts");
    tellWritten(await writeAccountStatement(statement, out), json);
  }
  return codeOf(audit, agreesWithChain(statement));
}

/** A statement is worth what the audit behind it is worth. */
function codeOf({ violations }: Audit, good: boolean): number {
  if (violations.length === 0) return good ? 0 : 1;
  console.error(`The audit behind this found ${counted(violations.length, "violation")}: run it alone to see them.`);
  return 1;
}

/** On stderr where stdout is for a machine. */
function tellWritten(files: string[], json: boolean): void {
  const text = `Written: ${files.join(", ")}.`;
  if (json) console.error(text);
  else console.log(`\n${text}`);
}
