/** Statements as pages of HTML that look like the report. */
import { type Html, html } from "../page/html.ts";
import {
  addressLink,
  blockLink,
  facts,
  fullTransactionLink,
  money,
  page,
  sessionText,
  table,
  transactionLink,
} from "../page/parts.ts";
import { count, counted, usdcWords, utc } from "../page/text.ts";
import { type AccountStatement, agreesWithChain, type StatementLine } from "./account.ts";
import { chainText, periodText, WORDS } from "./accountWords.ts";
import { isClean, outcomeOf, type SessionStatement } from "./session.ts";

/** More than that many lines make a page slow; the CSV has them all. */
const MOST_LINES = 5_000;

export function sessionStatementPage(statement: SessionStatement): string {
  const { sessionId, uuid, settlements, skipped, checks, violations, target } = statement;
  const { chainId } = target;
  const good = isClean(statement);
  const tone = good ? (statement.status === "settled" ? "good" : "") : "bad";
  return page(
    `Session ${uuid ?? sessionId}`,
    html`<h1>Session <span class="hex">${uuid ?? sessionId}</span></h1>
<p class="lead">${target.chainTitle}, up to ${utc(target.toTimestamp)} UTC</p>
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
      ["when", `${utc(one.timestamp)} UTC`],
      ["block", blockLink(chainId, one.blockNumber)],
      ["transaction", fullTransactionLink(chainId, one.transactionHash)],
      ["consumer", addressLink(chainId, one.from)],
      ["operator", addressLink(chainId, one.to)],
      ["platform wallet", addressLink(chainId, one.feeTo)],
      ["operator's part", html`${money(one.toAmount)} USDC`],
      ["fee", html`${money(one.feeAmount)} USDC`],
      ["charged", html`${money(one.toAmount + one.feeAmount)} USDC`],
    ])}`,
)}
${skipped.map(
  (one) =>
    html`<h2>Skipped: ${one.reason}</h2>${facts([
      ["when", `${utc(one.timestamp)} UTC`],
      ["block", blockLink(chainId, one.blockNumber)],
      ["transaction", fullTransactionLink(chainId, one.transactionHash)],
      ["consumer", addressLink(chainId, one.from)],
      ["operator", addressLink(chainId, one.to)],
      ["submitted", `operator ${usdcWords(one.toAmount)} + fee ${usdcWords(one.feeAmount)}`],
    ])}`,
)}
${
  checks.length === 0
    ? ""
    : html`<h2>Checks</h2>${table(
        [{ title: "" }, { title: "what must hold" }, { title: "in figures" }],
        checks.map(({ title, figures, holds }) => [
          holds ? html`<span class="good-text">✓</span>` : html`<span class="bad-text">✗</span>`,
          title,
          figures,
        ]),
        { none: "" },
      )}`
}
${
  violations.length === 0
    ? ""
    : html`<h2>Violations</h2>${table(
        [{ title: "rule" }, { title: "what", cell: "wide-text" }, { title: "expected" }, { title: "found" }],
        violations.map(({ rule, message, expected, found }) => [rule, message, expected, found]),
        { none: "" },
      )}`
}`,
  );
}

export function accountStatementPage(statement: AccountStatement): string {
  const { account, role, opening, lines, credit, debit, closing, target } = statement;
  const { chainId } = target;
  const words = WORDS[role];
  const chain = chainText(statement, usdcWords);
  const shown = lines.slice(0, MOST_LINES);
  const left = lines.length - shown.length;
  const tiles: [string, bigint][] = [
    [`${words.balance}, opening`, opening],
    [words.credit, credit],
    [words.debit, debit],
    [`${words.balance}, closing`, closing],
  ];
  const columns = [
    { title: "when (UTC)", cell: "nowrap" },
    { title: "what", cell: "nowrap" },
    { title: "session" },
    { title: words.other },
    { title: "transaction", cell: "nowrap" },
    ...[words.credit, words.debit, words.balance].map((title) => ({ title, number: true })),
  ];
  const sums = (what: string, sum: Html | string, out: Html | string, balance: bigint) =>
    ["", what, "", "", "", sum, out, money(balance)] satisfies (Html | string)[];
  return page(
    `${words.title}: ${account}`,
    html`<h1>${words.title}</h1>
<p class="lead"><span class="hex">${account}</span></p>
${facts([
  ["period", periodText(statement)],
  ["contract", html`${addressLink(chainId, target.address)} on ${target.chainTitle}`],
  ["amounts", "USDC, exact"],
])}
<dl class="tiles four">${tiles.map(
      ([name, amount]) => html`<div class="tile"><dt>${name}</dt><dd>${money(amount)} <small>USDC</small></dd></div>\n`,
    )}</dl>
${chain === undefined ? "" : html`<p class="${agreesWithChain(statement) ? "good-text" : "bad-text"}">${chain}</p>`}
<h2>${lines.length === 0 ? words.nothing : counted(lines.length, "line")}</h2>
${table(columns, [sums("opening", "", "", opening), ...shown.map((one) => cells(one, chainId))], {
  none: words.nothing,
  foot: sums("closing", money(credit), money(debit), closing),
})}
${left === 0 ? "" : html`<p class="muted">${counted(left, "more line")} in the CSV; sums and closing balance count them too.</p>`}
<footer><p>Read from the chain up to block ${count(target.toBlock)}
(<span class="hex">${target.toBlockHash}</span>, ${utc(target.toTimestamp)} UTC).</p></footer>`,
  );
}

function cells(one: StatementLine, chainId: number): (Html | string)[] {
  const filled = (amount: bigint) => (amount === 0n ? "" : money(amount));
  return [
    utc(one.timestamp),
    one.kind,
    one.sessionId === undefined ? "" : sessionText(one.sessionId),
    one.other === undefined ? "" : addressLink(chainId, one.other),
    transactionLink(chainId, one.transactionHash),
    filled(one.credit),
    filled(one.debit),
    money(one.balance),
  ];
}
