/** What `npm run audit` prints: the rules with what they found, or what concerns one session or one account. */

import type { Period, Subject } from "./request.ts";
import { RULES } from "./rules/table.ts";
import type { Audit, Settlement, Violation } from "./types.ts";
import { dateOf, money, sentence, session } from "./words.ts";

export function showAudit(audit: Audit): string {
  const { target, settlements, skipped, accounts, violations, notes = [] } = audit;
  return [
    `LuxxonSettlement ${target.version} at ${target.address} on ${target.chainTitle}`,
    `blocks ${target.fromBlock} to ${target.toBlock}: ${settlements.length} sessions settled, ${skipped.length} skipped, ${accounts.length} accounts`,
    "",
    ...audit.rules.map(({ id, title, checked, violations: count }) =>
      [id.padEnd(4), title.padEnd(RULE_WIDTH), String(checked).padStart(8), outcome(checked, count)].join("  "),
    ),
    ...showViolations(violations),
    ...notes.flatMap((note) => ["", note]),
    "",
    verdict(audit),
  ].join("\n");
}

/** @returns Undefined if the audit knows nothing of it. */
export function showSubject(audit: Audit, subject: Exclude<Subject, { kind: "all" }>, period: Period) {
  if (subject.kind === "session") return showSession(audit, subject.sessionId);
  const { kind, account } = subject;
  const totals = audit.accounts.find((one) => one.account === account);
  if (totals === undefined) return undefined;
  const inPeriod = ({ timestamp }: { timestamp: number }) => {
    const date = dateOf(timestamp);
    return (period.fromDate ?? date) <= date && date <= (period.toDate ?? date);
  };
  const side = kind === "consumer" ? "from" : "to";
  const sessions = audit.settlements.filter((one) => one[side] === account && inPeriod(one));
  const violations = audit.violations.filter((one) => one.account === account);
  return [
    `${sentence(kind)} ${account}: ${sessions.length} sessions`,
    ...sessions.map((one) => `  ${lineOf(one)}`),
    `In the pool ${money(totals.deposits)}, owed ${money(totals.credits)}`,
    ...violations.flatMap((violation) => ["", ...showViolation(violation)]),
  ].join("\n");
}

function showSession(audit: Audit, sessionId: string): string | undefined {
  const { settlements, skipped, violations, transactions } = audit;
  const settled = settlements.filter((one) => one.sessionId === sessionId);
  const passed = skipped.filter((one) => one.sessionId === sessionId);
  if (settled.length + passed.length === 0) return undefined;
  const found = violations.filter((one) => one.sessionId === sessionId);
  const hashes = [...settled, ...passed].map(({ transactionHash }) => transactionHash);
  const through = transactions.filter((one) => hashes.includes(one.transactionHash) && one.through !== undefined);
  return [
    ...settled.map((one) => `settled  ${lineOf(one)}`),
    ...passed.map((one) => `skipped  ${moment(one.timestamp)}  ${one.reason}  block ${one.blockNumber}`),
    ...through.map((one) => `submitted through ${one.through} in ${one.transactionHash}`),
    ...found.flatMap((violation) => ["", ...showViolation(violation)]),
    "",
    found.length === 0 ? "No rule found anything wrong with it." : `${found.length} violations.`,
  ].join("\n");
}

/** The first of each rule; one cause can be seen in a thousand sessions. */
const MOST_SHOWN = 10;

function showViolations(violations: readonly Violation[]): string[] {
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  return rules.flatMap((rule) => {
    const all = violations.filter((one) => one.rule === rule);
    const rest = all.length - MOST_SHOWN;
    return [
      ...all.slice(0, MOST_SHOWN).flatMap((violation) => ["", ...showViolation(violation)]),
      ...(rest > 0 ? ["", `${rule}  … and ${rest} more; --json lists them all.`] : []),
    ];
  });
}

function showViolation({ rule, message, expected, found, blockNumber, transactionHash }: Violation): string[] {
  const place = blockNumber === undefined ? [] : [`    block ${blockNumber}, transaction ${transactionHash}`];
  return [`${rule}  ${message}`, `    expected ${expected}; found ${found}`, ...place];
}

function lineOf(one: Settlement): string {
  const parts = `${money(one.toAmount)} to ${one.to} (${one.operatorPaid}), fee ${money(one.feeAmount)}`;
  return `${moment(one.timestamp)}  ${session(one.sessionId)}  from ${one.from}: ${parts}`;
}

function moment(timestamp: number): string {
  return new Date(timestamp * 1_000).toISOString().slice(0, 19).replace("T", " ");
}

const RULE_WIDTH = Math.max(...Object.values(RULES).map(({ length }) => length));

function outcome(checked: number, violations: number): string {
  if (violations !== 0) return `${violations} violated`;
  return checked === 0 ? "nothing to check" : "holds";
}

function verdict({ violations }: Audit): string {
  if (violations.length === 0) return "Everything adds up.";
  return violations.length === 1 ? "1 discrepancy." : `${violations.length} discrepancies.`;
}
