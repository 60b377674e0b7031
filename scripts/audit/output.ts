/** What `npm run audit` says: the audit, one session or one account; on the terminal, as JSON, into files. */
import process from "node:process";
import { jsonText, writeReportJson } from "./report/json.ts";
import { printAudit } from "./report/print.ts";
import { writeReport } from "./report/write.ts";
import type { Period, Subject } from "./request.ts";
import { accountStatement, agreesWithChain } from "./statement/account.ts";
import { accountStatementText, sessionStatementText } from "./statement/print.ts";
import { isClean, sessionStatement } from "./statement/session.ts";
import { writeAccountStatement, writeSessionStatement } from "./statement/write.ts";
import type { Audit } from "./types.ts";

export interface Output {
  readonly json: boolean;
  /** Where reports go; undefined: nowhere. */
  readonly folder: string | undefined;
}

/** @returns Whether what was asked for is as it should be. @throws {UsageError} if nothing can be written to the folder. */
export async function say(audit: Audit, subject: Subject, period: Period, output: Output): Promise<boolean> {
  switch (subject.kind) {
    case "all":
      if (output.json) await writeReportJson(audit, process.stdout, false);
      else printAudit(audit);
      tell(output.folder === undefined ? [] : await writeReport(audit, output.folder));
      return audit.violations.length === 0;
    case "session": {
      const statement = sessionStatement(audit, subject.sessionId);
      console.log(output.json ? jsonText(statement) : sessionStatementText(statement));
      tell(output.folder === undefined ? [] : await writeSessionStatement(statement, output.folder));
      return isClean(statement);
    }
    default: {
      const { fromDate: from, toDate: to } = period;
      const statement = accountStatement(audit, { account: subject.account, role: subject.kind, from, to });
      console.log(output.json ? jsonText(statement) : accountStatementText(statement));
      tell(output.folder === undefined ? [] : await writeAccountStatement(statement, output.folder));
      const concerned = audit.violations.filter(({ account }) => account === subject.account);
      return concerned.length === 0 && agreesWithChain(statement);
    }
  }
}

/** Not on stdout, which may be JSON. */
function tell(files: readonly string[]): void {
  for (const file of files) console.error(`Written: ${file}`);
}
