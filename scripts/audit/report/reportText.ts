/** The audit on a terminal, 100 columns wide. Colours are left out where nobody would see them. */
import { styleText } from "node:util";
import { count, counted, percent, percentOfBps, sessionName, usdc, utc } from "../page/text.ts";
import type { Audit, RuleResult, Violation } from "../types.ts";
import { verdictOf } from "./verdict.ts";
import { byRule } from "./violations.ts";

export const COLUMNS = 100;

const TONES = { good: "green", bad: "red", none: "yellow" } as const;

/** Room for "1,000 of 100,000" beside a rule. */
const OUTCOME = 16;

/** More than that many violations of a rule scroll the rest away. */
const MOST_VIOLATIONS = 10;

/** Prints what was audited, each violation, the rules, the sums, and one line that says it all. */
export function printAudit(audit: Audit): void {
  console.log(auditText(audit));
}

export function auditText(audit: Audit): string {
  const { violations } = audit;
  const verdict = verdictOf(audit);
  const found =
    violations.length === 0
      ? []
      : [
          heading("Violations"),
          ...byRule(violations, MOST_VIOLATIONS).flatMap(({ rule, shown, left }) => [
            ...shown.flatMap(violationLines),
            ...(left === 0
              ? []
              : [`    … and ${counted(left, "more violation")} of ${rule}; --out writes them all.`, ""]),
          ]),
        ];
  const summary = `${verdict.mark} ${verdict.title}`;
  return [
    ...targetLines(audit),
    "",
    ...found,
    `${heading("Rules")}${styleText("dim", "things checked".padStart(COLUMNS - "Rules".length))}`,
    ...ruleLines(audit.rules),
    ...(audit.notes ?? []).flatMap((note) => ["", ...wrapped(note, 2)]),
    "",
    heading("Sums, USDC"),
    ...sumLines(audit),
    "",
    styleText(["bold", TONES[verdict.tone]], summary),
    ...wrapped(verdict.detail, 2),
  ].join("\n");
}

function targetLines({ target, announcedFeeBps }: Audit): string[] {
  const blocks = `${count(target.fromBlock)} to ${count(target.toBlock)} (${utc(target.toTimestamp)} UTC)`;
  const fee = announcedFeeBps === undefined ? "not given" : percentOfBps(announcedFeeBps);
  return [
    heading("LuxxonSettlement"),
    ...(
      [
        ["contract", `${target.address}, version ${target.version}`],
        ["chain", `${target.chainTitle} (chain id ${target.chainId})`],
        ["blocks", blocks],
        ["last block", target.toBlockHash],
        ["announced fee", fee],
      ] as const
    ).map(([name, value]) => `  ${name.padEnd(15)}${value}`),
  ];
}

function violationLines({ rule, message, expected, found, ...where }: Violation): string[] {
  const lines: [string, string][] = [
    ["expected", expected],
    ["found", found],
  ];
  if (where.sessionId !== undefined) lines.push(["session", sessionName(where.sessionId)]);
  if (where.account !== undefined) lines.push(["account", where.account]);
  if (where.transactionHash !== undefined) lines.push(["transaction", where.transactionHash]);
  if (where.blockNumber !== undefined) lines.push(["block", count(where.blockNumber)]);
  const [first = "", ...more] = wrapped(`${rule}  ${message}`, 4);
  return [
    `  ${styleText("red", "✗")} ${first.trimStart()}`,
    ...more,
    ...lines.flatMap(([name, value]) => {
      const [line = "", ...others] = wrapped(value, 17);
      return [`    ${styleText("dim", name.padEnd(13))}${line.trimStart()}`, ...others];
    }),
    "",
  ];
}

function ruleLines(rules: RuleResult[]): string[] {
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  return rules.flatMap(({ id, title, checked, violations }) => {
    const mark = violations > 0 ? styleText("red", "✗") : checked > 0 ? styleText("green", "✓") : styleText("dim", "–");
    const outcome =
      violations > 0 ? `${count(violations)} of ${count(checked)}` : checked > 0 ? count(checked) : "nothing";
    const indent = width + 6;
    const [first = "", ...more] = wrapped(title, indent, COLUMNS - OUTCOME);
    const left = `  ${mark} ${id.padEnd(width)}  ${first.trimStart()}`;
    const visible = `  x ${id.padEnd(width)}  ${first.trimStart()}`.length;
    const text = left + " ".repeat(Math.max(1, COLUMNS - OUTCOME - visible)) + outcome.padStart(OUTCOME);
    return [violations > 0 ? styleText("bold", text) : text, ...more];
  });
}

function sumLines({ days, end, settlements, skipped }: Audit): string[] {
  const sum = (field: "settled" | "fees" | "deposited" | "withdrawn") =>
    days.reduce((all, day) => all + day[field], 0n);
  const [settled, fees] = [sum("settled"), sum("fees")];
  const entries = counted(skipped.length, "entry skipped", "entries skipped");
  const rows: [string, bigint, string][] = [
    ["deposited", sum("deposited"), ""],
    ["withdrawn", sum("withdrawn"), ""],
    ["settled", settled, `${counted(settlements.length, "session")}, ${entries}`],
    ["of it fees", fees, settled === 0n ? "" : percent(fees, settled)],
    ["in pools", end.totalDeposits, ""],
    ["credits", end.totalCredits, "payouts that USDC refused"],
    ["surplus", end.surplus, "belongs to nobody"],
    ["USDC held", end.usdcBalance, "= pools + credits + surplus"],
  ];
  const width = Math.max(...rows.map(([, amount]) => usdc(amount).length));
  return rows.map(([name, amount, note]) => `  ${name.padEnd(12)}${usdc(amount).padStart(width)}  ${note}`.trimEnd());
}

const heading = (text: string) => styleText("bold", text);

/** Text in lines of at most `columns`, each indented; words longer than a line are left whole. */
export function wrapped(text: string, indent: number, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.replaceAll(/\p{Cc}+/gu, " ").split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => " ".repeat(indent) + one);
}
