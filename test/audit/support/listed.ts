/** Audits, with all that lies in the store as lists: a test looks at all of it at once. */
import { type AuditOptions, runAudit } from "../../../scripts/audit/runAudit.ts";
import type { Audit, Rows } from "../../../scripts/audit/types.ts";

/** Lists of all the rows. */
export type Listed = { [Name in keyof Audit]: Audit[Name] extends Rows<infer Row> ? Row[] : Audit[Name] };

export async function auditListed(options: AuditOptions): Promise<Listed> {
  return listed(await runAudit(options));
}

export function listed(audit: Audit): Listed {
  const { violations, settlements, skipped, movements, changes, transactions, accounts } = audit;
  return {
    ...audit,
    violations: [...violations],
    settlements: [...settlements],
    skipped: [...skipped],
    movements: [...movements],
    changes: [...changes],
    transactions: [...transactions],
    accounts: [...accounts],
  };
}
