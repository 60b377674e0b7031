/** Statements on a terminal, 100 columns wide. */
import { styleText } from "node:util";
import { count, counted, sessionName, usdc, usdcWords, utc } from "../page/text.ts";
import { COLUMNS, wrapped } from "../report/reportText.ts";
import { type AccountStatement, agreesWithChain, type StatementLine } from "./account.ts";
import { chainText, periodText, WORDS } from "./accountWords.ts";
import { isClean, outcomeOf, type SessionStatement } from "./session.ts";

const AMOUNT = 17;

export function sessionStatementText(statement: SessionStatement): string {
  const { sessionId, uuid, settlements, skipped, checks, through, violations, target } = statement;
  const lines = [styleText("bold", `Session ${uuid ?? sessionId}`)];
  if (uuid !== undefined) lines.push(pair("on chain", sessionId));
  lines.push(pair("contract", `${target.address} on ${target.chainTitle}`), "", ...wrapped(outcomeOf(statement), 0));
  for (const one of settlements) {
    lines.push(
      "",
      pair("settled", `${utc(one.timestamp)} UTC, block ${count(one.blockNumber)}`),
      pair("transaction", one.transactionHash),
      pair("consumer", one.from),
      pair("operator", one.to),
      pair("platform", one.feeTo),
    );
  }
  for (const one of skipped) {
    lines.push(
      "",
      pair("skipped", `${utc(one.timestamp)} UTC, block ${count(one.blockNumber)}: ${one.reason}`),
      pair("transaction", one.transactionHash),
      pair("consumer", one.from),
      pair("operator", one.to),
      pair("submitted", `operator ${usdcWords(one.toAmount)} + fee ${usdcWords(one.feeAmount)}`),
    );
  }
  if (through.length > 0) lines.push("", pair("sent through", through.join(", ")));
  if (checks.length > 0) lines.push("", styleText("bold", "Checks"));
  for (const { title, figures, holds } of checks) {
    const mark = holds ? styleText("green", "✓") : styleText("red", "✗");
    lines.push(`  ${mark} ${title}`, ...wrapped(figures, 6).map((text) => styleText("dim", text)));
  }
  if (violations.length > 0) lines.push("", styleText("bold", "Violations"));
  for (const { rule, message, expected, found } of violations) {
    lines.push(...wrapped(`${rule}  ${message} Expected: ${expected}. Found: ${found}.`, 2));
  }
  if (!isClean(statement)) lines.push("", styleText(["bold", "red"], "✗ Something is wrong with this session."));
  return lines.join("\n");
}

export function accountStatementText(statement: AccountStatement): string {
  const { account, role, opening, lines, credit, debit, closing, target } = statement;
  const words = WORDS[role];
  const sums = `${" ".repeat(COLUMNS - 3 * AMOUNT)}${amounts(credit, debit, closing)}`;
  const chain = chainText(statement, usdcWords);
  return [
    styleText("bold", words.title),
    pair("account", account),
    pair("contract", `${target.address} on ${target.chainTitle}`),
    pair("period", periodText(statement)),
    pair("amounts", "USDC"),
    "",
    styleText("dim", row("when (UTC)", "what", "session", [words.credit, words.debit, words.balance])),
    row("", "opening", "", ["", "", usdc(opening)]),
    ...lines.map(lineText),
    styleText("bold", `closing${sums.slice("closing".length)}`),
    "",
    ...(lines.length === 0 ? [words.nothing] : [`${counted(lines.length, "line")}.`]),
    ...(chain === undefined ? [] : [agreesWithChain(statement) ? chain : styleText("red", chain)]),
  ].join("\n");
}

function lineText({ timestamp, kind, sessionId, credit, debit, balance }: StatementLine): string {
  const session = sessionId === undefined ? "" : shortName(sessionName(sessionId));
  const filled = (amount: bigint) => (amount === 0n ? "" : usdc(amount));
  return row(utc(timestamp).slice(0, 16), kind, session, [filled(credit), filled(debit), usdc(balance)]);
}

/** The beginning tells the run of ids, the end the session in it. */
const shortName = (name: string) => `${name.slice(0, 8)}…${name.slice(-6)}`;

function row(when: string, what: string, session: string, numbers: string[]): string {
  const left = `${when.padEnd(17)} ${what.padEnd(11)} ${session.padEnd(15)}`;
  return left.padEnd(COLUMNS - 3 * AMOUNT) + numbers.map((number) => number.padStart(AMOUNT)).join("");
}

const amounts = (...all: bigint[]) => all.map((amount) => usdc(amount).padStart(AMOUNT)).join("");

const pair = (name: string, value: string) => `  ${name.padEnd(13)}${value}`;
