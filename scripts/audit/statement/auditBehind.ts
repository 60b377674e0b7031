/** Says what a statement rests on: it is worth what the audit behind it is worth. */
import { reachText } from "../report/reachText.ts";
import { verdictOf } from "../report/verdict.ts";
import type { Audit } from "../types.ts";

export interface AuditBehind {
  /** "Everything adds up" */
  verdict: string;
  isGood: boolean;
  /** "9 kinds of facts: 6 proved, 3 believed from one endpoint" */
  restsOn: string;
}

export function auditBehind(audit: Audit): AuditBehind {
  return {
    verdict: verdictOf(audit).title,
    isGood: audit.violations.length === 0,
    restsOn: reachText(audit.reach),
  };
}

/** "The audit of the whole contract says: Everything adds up. It rests on 9 kinds of facts: …" */
export function behindText({ verdict, restsOn }: AuditBehind): string {
  return `The audit of the whole contract says: ${verdict}. It rests on ${restsOn}.`;
}
