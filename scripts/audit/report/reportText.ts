/** Sets the audit for a terminal. */
import { stripVTControlCharacters, styleText } from "node:util";
import { count, counted, usdc } from "../../words.ts";
import { COLUMNS, heading, hung, mark, pair, wrapped } from "../page/terminal.ts";
import { percent, percentOfBps, sessionName, utc } from "../text.ts";
import type { Audit, RuleResult, Violation } from "../types.ts";
import { belowMeter, belowMeterText, WHO_LOSES } from "./belowMeter.ts";
import { type Equation, equationsOf, termsText } from "./equations.ts";
import { largestOf } from "./largest.ts";
import { basisText, reachText } from "./reachText.ts";
import { sumOf } from "./sums.ts";
import { verdictOf } from "./verdict.ts";
import { byRule } from "./violations.ts";

const TONES = { good: "green", bad: "red", none: "yellow" } as const;

/** Room for "1,000 of 100,000" beside a rule. */
const OUTCOME = 16;

/** More than that many violations of a rule scroll the rest away. */
const MOST_VIOLATIONS = 10;

/** Nor of sessions that were settled below their meter. */
const MOST_BELOW = 10;

/** One line that says it all, what was audited, each violation, the rules, the sums, and that line again. */
export function auditText(audit: Audit): string {
  const { target, announcedFeeBps, violations, reach, notes = [] } = audit;
  const verdict = verdictOf(audit);
  const facts = [
    ["contract", `${target.address}, version ${target.version}`],
    ["chain", `${target.chainTitle} (chain id ${target.chainId})`],
    ["blocks", `${count(target.fromBlock)} to ${count(target.toBlock)} (${utc(target.toTimestamp)} UTC)`],
    ["last block", target.toBlockHash],
    ["rests on", reachText(reach)],
    ["announced fee", announcedFeeBps === undefined ? "not given" : percentOfBps(announcedFeeBps)],
  ] as const;
  return [
    heading("LuxxonSettlement"),
    styleText(["bold", TONES[verdict.tone]], `${verdict.mark} ${verdict.title}`),
    ...facts.map(([name, value]) => pair(name, value, 15)),
    "",
    ...(violations.length === 0 ? [] : [heading("Violations")]),
    ...byRule(violations, MOST_VIOLATIONS).flatMap(({ rule, shown, left }) => [
      ...shown.flatMap(violationLines),
      ...(left === 0 ? [] : [`    … and ${counted(left, "more violation")} of ${rule}; --out writes them all.`, ""]),
    ]),
    `${heading("Rules")}${styleText("dim", "things checked".padStart(COLUMNS - "Rules".length))}`,
    ...ruleLines(audit.rules),
    "",
    heading("What it rests on"),
    ...reach.flatMap(({ fact, basis, by }) => hung(`  ${basisText(basis).padEnd(13)}`, `${fact}: ${by}`, 15)),
    ...notes.flatMap((note) => ["", ...wrapped(note, 2)]),
    ...belowMeterLines(audit),
    "",
    heading("Sums, USDC"),
    ...sumLines(audit),
    "",
    styleText(["bold", TONES[verdict.tone]], `${verdict.mark} ${verdict.title}`),
    ...wrapped(verdict.detail, 2),
  ].join("\n");
}

function violationLines(violation: Violation): string[] {
  const { rule, message, expected, found, sessionId, account, transactionHash, blockNumber } = violation;
  const facts = [
    ["expected", expected],
    ["found", found],
    ["session", sessionId && sessionName(sessionId)],
    ["account", account],
    ["transaction", transactionHash],
    ["block", blockNumber === undefined ? undefined : count(blockNumber)],
  ] as const;
  return [
    ...hung(`  ${mark(false)} `, `${rule}  ${message}`, 4),
    ...facts.flatMap(([name, value]) =>
      value === undefined ? [] : hung(`    ${styleText("dim", name.padEnd(13))}`, value, 17),
    ),
    "",
  ];
}

function ruleLines(rules: RuleResult[]): string[] {
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  return rules.flatMap(({ id, title, checked, violations, unchecked }) => {
    const outcome =
      violations > 0 ? `${count(violations)} of ${count(checked)}` : checked > 0 ? count(checked) : "nothing";
    const sign = mark(checked === 0 && violations === 0 ? undefined : violations === 0);
    const left =
      unchecked === 0
        ? []
        : hung(" ".repeat(width + 6), `not checked, ${counted(unchecked, "transaction")}`, width + 6);
    const [first = "", ...more] = hung(`  ${sign} ${id.padEnd(width)}  `, title, width + 6, COLUMNS - OUTCOME);
    const room = Math.max(1 + OUTCOME, COLUMNS - stripVTControlCharacters(first).length);
    const line = first + outcome.padStart(room);
    return [violations > 0 ? styleText("bold", line) : line, ...more, ...left];
  });
}

/** The largest first. */
function belowMeterLines({ settlements }: Audit): string[] {
  const text = belowMeterText(belowMeter(settlements));
  if (text === undefined) return [];
  const { shown, left } = largestOf(belowMeter(settlements), ["missing"], MOST_BELOW);
  return [
    "",
    heading("Settled below the meter"),
    ...wrapped(`${text} ${WHO_LOSES}`, 2),
    ...shown.flatMap(({ sessionId, charged, meter, to }) =>
      wrapped(`${sessionName(sessionId)}: ${usdc(charged)} of ${usdc(meter)} USDC, operator ${to}`, 4),
    ),
    ...(left === 0 ? [] : [`    … and ${count(left)} more; --out writes them all.`]),
  ];
}

function sumLines(audit: Audit): string[] {
  const { days, end, settlements, skipped } = audit;
  const { pools, credits, held } = equationsOf(audit);
  const [settled, fees] = [sumOf(days, "settled"), sumOf(days, "fees")];
  const entries = counted(skipped.length, "entry skipped", "entries skipped");
  const rows: [string, bigint, string][] = [
    ["deposited", sumOf(days, "deposited"), ""],
    ["withdrawn", sumOf(days, "withdrawn"), ""],
    ["settled", settled, `${counted(settlements.length, "session")}, ${entries}`],
    ["of it fees", fees, settled === 0n ? "" : percent(fees, settled)],
    ["in pools", end.totalDeposits, equationText(pools)],
    ["credits", end.totalCredits, `${equationText(credits)}: payouts that USDC refused`],
    ["surplus", end.surplus, "belongs to nobody"],
    ["USDC held", end.usdcBalance, equationText(held)],
  ];
  const width = Math.max(...rows.map(([, amount]) => usdc(amount).length));
  return rows.map(([name, amount, note]) => `  ${name.padEnd(12)}${usdc(amount).padStart(width)}  ${note}`.trimEnd());
}

/** "= deposited − withdrawn − settled"; where it is not so, what they come to. */
function equationText(equation: Equation): string {
  const { sum, onChain } = equation;
  return sum === onChain ? `= ${termsText(equation)}` : `but ${termsText(equation)} = ${usdc(sum)}`;
}
