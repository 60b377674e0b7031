/** Sets a session's statement as a page of HTML that looks like the report. */

import { count, usdc } from "../../words.ts";
import type { Made } from "../made.ts";
import { type Html, html } from "../page/html.ts";
import {
  addressLink,
  blockLink,
  type Column,
  facts,
  judged,
  lead,
  madeBy,
  money,
  page,
  table,
  transactionLink,
} from "../page/parts.ts";
import { utc } from "../text.ts";
import type { Settlement, Skipped } from "../types.ts";
import { behindText } from "./auditBehind.ts";
import { isClean, outcomeOf, type SessionStatement, submittedText } from "./session.ts";

export function sessionStatementPage(statement: SessionStatement, made: Made): string {
  const { sessionId, uuid, settlements, skipped, checks, violations, target } = statement;
  const { chainId } = target;
  const good = isClean(statement);
  const tone = good ? (statement.status === "settled" ? "good" : "") : "bad";
  const whereAndWho = (one: Settlement | Skipped): [string, Html | string][] => [
    ["when", `${utc(one.timestamp)} UTC`],
    ["block", blockLink(chainId, one.blockNumber)],
    ["transaction", transactionLink(chainId, one.transactionHash)],
    ["consumer", addressLink(chainId, one.from)],
    ["operator", addressLink(chainId, one.to)],
  ];
  return page(
    `Session ${uuid ?? sessionId}`,
    html`<h1>Session <span class="hex">${uuid ?? sessionId}</span></h1>
${lead(target)}
<div class="verdict ${tone}" role="status"><strong>${outcomeOf(statement)}</strong>
${good ? "" : html`<p>Something is wrong with this session: see below.</p>`}<p>${behindText(statement.audit)}</p></div>
${facts([
  ["id on chain", html`<span class="hex">${sessionId}</span>`],
  ["contract", addressLink(chainId, target.address)],
  ...statement.through.map((one): [string, Html] => ["sent through", addressLink(chainId, one)]),
])}
${settlements.map(
  (one) =>
    html`<h2>Settled</h2>${facts([
      ["charged", html`${money(one.toAmount + one.feeAmount)} USDC`],
      ["rate × seconds", `${usdc(one.ratePerSecond)} USDC × ${count(one.chargeableSeconds)} s`],
      ["operator's part", html`${money(one.toAmount)} USDC`],
      ["fee", html`${money(one.feeAmount)} USDC`],
      ...whereAndWho(one),
      ["platform wallet", addressLink(chainId, one.feeTo)],
    ])}`,
)}
${skipped.map(
  (one) => html`<h2>Skipped: ${one.reason}</h2>${facts([["submitted", submittedText(one)], ...whereAndWho(one)])}`,
)}
${section("Checks", checks, [
  ["holds", "outcome", ({ holds }) => judged(holds ? "✓" : "✗", holds)],
  ["what must hold", "text", ({ title }) => title],
  ["in figures", "wide-text", ({ figures }) => figures],
])}
${section("Violations", violations, [
  ["rule", "outcome", ({ rule }) => rule],
  ["what", "wide-text", ({ message }) => message],
  ["expected", "", ({ expected }) => expected],
  ["found", "", ({ found }) => found],
])}
<footer><p>Read from the chain up to block ${count(target.toBlock)}
(<span class="hex">${target.toBlockHash}</span>, ${utc(target.toTimestamp)} UTC).</p>
${madeBy(made)}</footer>`,
  );
}

/** A table under its heading; neither if there is nothing for it. */
function section<Row>(heading: string, rows: readonly Row[], columns: readonly Column<Row>[]): Html | undefined {
  return rows.length === 0 ? undefined : html`<h2>${heading}</h2>${table(rows, columns, "")}`;
}
