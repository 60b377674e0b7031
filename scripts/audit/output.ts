/** Gives what `npm run audit` was asked for: on the terminal, as JSON, and in files. */
import process from "node:process";
import { counted } from "../words.ts";
import type { Made } from "./made.ts";
import { documentOf, jsonText, writeReportJson } from "./report/reportJson.ts";
import { auditText } from "./report/reportText.ts";
import type { Period, Subject } from "./request.ts";
import { accountStatement, agreesWithChain } from "./statement/account.ts";
import { isClean, sessionStatement } from "./statement/session.ts";
import { writeAccountStatement, writeSessionStatement } from "./statement/statementFiles.ts";
import { accountStatementText, sessionStatementText } from "./statement/statementTexts.ts";
import type { Audit } from "./types.ts";

export interface OutputOptions {
  /** Days in UTC, both included, of a statement. */
  readonly period: Period;
  /** A folder to write files to; undefined: none. */
  readonly out: string | undefined;
  /** How, for the foot of a page. */
  readonly made: Made;
  /** JSON on the terminal instead of text. */
  readonly json: boolean;
}

/**
 * Prints what was asked for and writes its files.
 *
 * @returns The exit code: 1 if the audit found anything wrong, be it elsewhere, else 0.
 * @throws {UsageError} if there is no such statement, or nothing can be written to the folder.
 */
export async function giveOut(
  audit: Audit,
  asked: Subject,
  { period, out, json, made }: OutputOptions,
): Promise<number> {
  const { text, printJson, write, isGood } = answerTo(audit, asked, period);
  if (json) await printJson();
  else console.log(text());
  if (out !== undefined) {
    const written = `Written: ${(await write(out, made)).join(", ")}.`;
    // On stderr where stdout is for a machine.
    if (json) console.error(written);
    else console.log(`\n${written}`);
  }
  const { violations } = audit;
  if (violations.length === 0) return isGood ? 0 : 1;
  // A statement is worth what the audit behind it is worth.
  if (asked.kind !== "all") {
    console.error(`The audit behind this found ${counted(violations.length, "violation")}: run it alone to see them.`);
  }
  return 1;
}

interface Answer {
  readonly text: () => string;
  readonly printJson: () => Promise<void>;
  /** @returns The files' paths. */
  readonly write: (folder: string, made: Made) => Promise<string[]>;
  readonly isGood: boolean;
}

function answerTo(audit: Audit, asked: Subject, { fromDate: from, toDate: to }: Period): Answer {
  if (asked.kind === "all") {
    return {
      text: () => auditText(audit),
      printJson: () => writeReportJson(audit, process.stdout),
      async write(folder, made) {
        // Vega is large, and a terminal needs none of it.
        const { writeReport } = await import("./report/reportFiles.ts");
        return writeReport(audit, folder, made);
      },
      isGood: audit.violations.length === 0,
    };
  }
  if (asked.kind === "session") {
    const statement = sessionStatement(audit, asked.sessionId);
    return {
      text: () => sessionStatementText(statement),
      printJson: async () => console.log(jsonText(statement)),
      write: (folder, made) => writeSessionStatement(statement, folder, made),
      isGood: isClean(statement),
    };
  }
  const statement = accountStatement(audit, { account: asked.account, role: asked.kind, from, to });
  return {
    text: () => accountStatementText(statement),
    async printJson() {
      for (const piece of documentOf(Object.entries(statement))) console.log(piece);
    },
    write: (folder, made) => writeAccountStatement(statement, folder, made),
    isGood: agreesWithChain(statement),
  };
}
