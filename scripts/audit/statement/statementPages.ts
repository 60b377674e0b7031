/** Sets statements as pages of HTML that look like the report. */

import { count, counted, usdcWords } from "../../words.ts";
import { type Html, html } from "../page/html.ts";
import {
  addressLink,
  blockLink,
  type Column,
  facts,
  fullTransactionLink,
  judged,
  lead,
  money,
  page,
  sessionText,
  table,
  tiles,
  transactionLink,
} from "../page/parts.ts";
import { utc } from "../text.ts";
import type { Settlement, Skipped } from "../types.ts";
import { type AccountStatement, agreesWithChain, type StatementRow } from "./account.ts";
import { belowText, chainText, kindText, periodText, WORDS } from "./accountWords.ts";
import { isClean, outcomeOf, type SessionStatement, submittedText } from "./session.ts";

/** More than that many lines make a page slow; the CSV has them all. */
const MOST_LINES = 5_000;

export function sessionStatementPage(statement: SessionStatement): string {
  const { sessionId, uuid, settlements, skipped, checks, violations, target } = statement;
  const { chainId } = target;
  const good = isClean(statement);
  const tone = good ? (statement.status === "settled" ? "good" : "") : "bad";
  const whereAndWho = (one: Settlement | Skipped): [string, Html | string][] => [
    ["when", `${utc(one.timestamp)} UTC`],
    ["block", blockLink(chainId, one.blockNumber)],
    ["transaction", fullTransactionLink(chainId, one.transactionHash)],
    ["consumer", addressLink(chainId, one.from)],
    ["operator", addressLink(chainId, one.to)],
  ];
  return page(
    `Session ${uuid ?? sessionId}`,
    html`<h1>Session <span class="hex">${uuid ?? sessionId}</span></h1>
${lead(target)}
<div class="verdict ${tone}" role="status"><strong>${outcomeOf(statement)}</strong>
${good ? "" : html`<p>Something is wrong with this session: see below.</p>`}</div>
${facts([
  ["id on chain", html`<span class="hex">${sessionId}</span>`],
  ["contract", addressLink(chainId, target.address)],
  ...statement.through.map((one): [string, Html] => ["sent through", addressLink(chainId, one)]),
])}
${settlements.map(
  (one) =>
    html`<h2>Settled</h2>${facts([
      ...whereAndWho(one),
      ["platform wallet", addressLink(chainId, one.feeTo)],
      ["operator's part", html`${money(one.toAmount)} USDC`],
      ["fee", html`${money(one.feeAmount)} USDC`],
      ["charged", html`${money(one.toAmount + one.feeAmount)} USDC`],
    ])}`,
)}
${skipped.map(
  (one) => html`<h2>Skipped: ${one.reason}</h2>${facts([...whereAndWho(one), ["submitted", submittedText(one)]])}`,
)}
${section("Checks", checks, [
  ["", "", ({ holds }) => judged(holds ? "✓" : "✗", holds)],
  ["what must hold", "", ({ title }) => title],
  ["in figures", "", ({ figures }) => figures],
])}
${section("Violations", violations, [
  ["rule", "", ({ rule }) => rule],
  ["what", "wide-text", ({ message }) => message],
  ["expected", "", ({ expected }) => expected],
  ["found", "", ({ found }) => found],
])}`,
  );
}

/** A table under its heading; neither if there is nothing for it. */
function section<Row>(heading: string, rows: readonly Row[], columns: readonly Column<Row>[]): Html | undefined {
  return rows.length === 0 ? undefined : html`<h2>${heading}</h2>${table(rows, columns, "")}`;
}

export function accountStatementPage(statement: AccountStatement): string {
  const { account, role, opening, lines, credit, debit, closing, target } = statement;
  const { chainId } = target;
  const words = WORDS[role];
  const chain = chainText(statement, usdcWords);
  const below = belowText(statement);
  const left = lines.length - MOST_LINES;
  const rows: StatementRow[] = [{ kind: "opening", balance: opening }, ...lines.slice(0, MOST_LINES)];
  // Nothing is left out of a line, but stands in a sum.
  const shown = ({ timestamp }: StatementRow, amount: bigint | undefined) =>
    amount === undefined || (amount === 0n && timestamp !== undefined) ? undefined : money(amount);
  return page(
    `${words.title}: ${account}`,
    html`<h1>${words.title}</h1>
<p class="lead"><span class="hex">${account}</span></p>
${facts([
  ["period", periodText(statement)],
  ["contract", html`${addressLink(chainId, target.address)} on ${target.chainTitle}`],
  ["amounts", "USDC, exact"],
])}
${tiles(
  [
    [`${words.balance}, opening`, money(opening), "USDC"],
    [words.credit, money(credit), "USDC"],
    [words.debit, money(debit), "USDC"],
    [`${words.balance}, closing`, money(closing), "USDC"],
  ],
  "tiles four",
)}
${chain === undefined ? "" : html`<p class="${agreesWithChain(statement) ? "good-text" : "bad-text"}">${chain}</p>`}
<h2>${lines.length === 0 ? words.nothing : counted(lines.length, "line")}</h2>
${table(
  rows,
  [
    ["when (UTC)", "nowrap", ({ timestamp }) => (timestamp === undefined ? undefined : utc(timestamp))],
    ["what", "nowrap", kindText],
    ["session", "", ({ sessionId }) => sessionId && sessionText(sessionId)],
    [words.other, "", ({ other }) => other && addressLink(chainId, other)],
    ["transaction", "nowrap", ({ transactionHash }) => transactionHash && transactionLink(chainId, transactionHash)],
    [words.credit, "number", (row) => shown(row, row.credit)],
    [words.debit, "number", (row) => shown(row, row.debit)],
    [words.balance, "number", ({ balance }) => money(balance)],
  ],
  words.nothing,
  { kind: "closing", credit, debit, balance: closing },
)}
${left <= 0 ? "" : html`<p class="muted">${counted(left, "more line")} in the CSV; sums and closing balance count them too.</p>`}
${below === undefined ? "" : html`<p>* ${below}</p>`}
<footer><p>Read from the chain up to block ${count(target.toBlock)}
(<span class="hex">${target.toBlockHash}</span>, ${utc(target.toTimestamp)} UTC).</p></footer>`,
  );
}
