/** Sets statements for a terminal. */
import { styleText } from "node:util";
import { count, counted, usdc, usdcWords } from "../../words.ts";
import { COLUMNS, heading, mark, pair as pairOf, wrapped } from "../page/terminal.ts";
import { sessionName, utc } from "../text.ts";
import type { Settlement, Skipped } from "../types.ts";
import { type AccountStatement, agreesWithChain, type StatementLine } from "./account.ts";
import { belowText, chainText, kindText, periodText, WORDS } from "./accountWords.ts";
import { isClean, outcomeOf, type SessionStatement, submittedText } from "./session.ts";

const AMOUNT = 17;

/** More than that many lines nobody reads on a terminal. */
const MOST_LINES = 5_000;

const pair = (name: string, value: string) => pairOf(name, value, 13);

export function sessionStatementText(statement: SessionStatement): string {
  const { sessionId, uuid, settlements, skipped, checks, through, violations, target } = statement;
  const whereAndWho = (what: string, one: Settlement | Skipped, why = "") => [
    "",
    pair(what, `${utc(one.timestamp)} UTC, block ${count(one.blockNumber)}${why}`),
    pair("transaction", one.transactionHash),
    pair("consumer", one.from),
    pair("operator", one.to),
  ];
  return [
    heading(`Session ${uuid ?? sessionId}`),
    ...(uuid === undefined ? [] : [pair("on chain", sessionId)]),
    pair("contract", `${target.address} on ${target.chainTitle}`),
    "",
    ...wrapped(outcomeOf(statement), 0),
    ...settlements.flatMap((one) => [...whereAndWho("settled", one), pair("platform", one.feeTo)]),
    ...skipped.flatMap((one) => [
      ...whereAndWho("skipped", one, `: ${one.reason}`),
      pair("submitted", submittedText(one)),
    ]),
    ...(through.length === 0 ? [] : ["", pair("sent through", through.join(", "))]),
    ...section("Checks", checks, ({ title, figures, holds }) => [
      `  ${mark(holds)} ${title}`,
      ...wrapped(figures, 6).map((text) => styleText("dim", text)),
    ]),
    ...section("Violations", violations, ({ rule, message, expected, found }) =>
      wrapped(`${rule}  ${message} Expected: ${expected}. Found: ${found}.`, 2),
    ),
    ...(isClean(statement) ? [] : ["", styleText(["bold", "red"], "✗ Something is wrong with this session.")]),
  ].join("\n");
}

/** Lines under their heading; neither if there is nothing for them. */
function section<One>(title: string, all: readonly One[], linesOf: (one: One) => string[]): string[] {
  return all.length === 0 ? [] : ["", heading(title), ...all.flatMap(linesOf)];
}

export function accountStatementText(statement: AccountStatement): string {
  const { account, role, opening, lines, credit, debit, closing, target } = statement;
  const words = WORDS[role];
  const chain = chainText(statement, usdcWords);
  const below = belowText(statement);
  return [
    heading(words.title),
    pair("account", account),
    pair("contract", `${target.address} on ${target.chainTitle}`),
    pair("period", periodText(statement)),
    pair("amounts", "USDC"),
    "",
    styleText("dim", row("when (UTC)", "what", "session", [words.credit, words.debit, words.balance])),
    row("", "opening", "", ["", "", usdc(opening)]),
    ...Iterator.from(lines).take(MOST_LINES).map(lineText),
    ...(lines.length <= MOST_LINES
      ? []
      : [`… and ${counted(lines.length - MOST_LINES, "more line")}; --out writes them all.`]),
    heading(row("closing", "", "", [credit, debit, closing].map(usdc))),
    "",
    lines.length === 0 ? words.nothing : `${counted(lines.length, "line")}.`,
    ...(below === undefined ? [] : wrapped(`* ${below}`, 0)),
    ...(chain === undefined ? [] : [agreesWithChain(statement) ? chain : styleText("red", chain)]),
  ].join("\n");
}

function lineText(line: StatementLine): string {
  const { timestamp, sessionId, credit, debit, balance } = line;
  const session = sessionId === undefined ? "" : shortName(sessionName(sessionId));
  const filled = (amount: bigint) => (amount === 0n ? "" : usdc(amount));
  return row(utc(timestamp).slice(0, 16), kindText(line), session, [filled(credit), filled(debit), usdc(balance)]);
}

/** The beginning tells the run of ids, the end the session in it. */
const shortName = (name: string) => `${name.slice(0, 8)}…${name.slice(-6)}`;

function row(when: string, what: string, session: string, numbers: string[]): string {
  const left = `${when.padEnd(17)} ${what.padEnd(11)} ${session.padEnd(15)}`;
  return left.padEnd(COLUMNS - 3 * AMOUNT) + numbers.map((number) => number.padStart(AMOUNT)).join("");
}
