/** Sets an account's statement as a page of HTML: days first, each to be opened to its lines; on paper all are open. */

import { count, counted, usdc, usdcWords } from "../../words.ts";
import type { Made } from "../made.ts";
import { type Html, html } from "../page/html.ts";
import {
  addressLink,
  facts,
  judged,
  madeBy,
  money,
  page,
  sessionText,
  shortTransactionLink,
  table,
  tiles,
} from "../page/parts.ts";
import { utc } from "../text.ts";
import { type AccountStatement, agreesWithChain, type StatementRow } from "./account.ts";
import { belowText, chainText, kindText, periodText, WORDS } from "./accountWords.ts";
import { behindText } from "./auditBehind.ts";
import { isMonth, type Span, spansOf } from "./statementDays.ts";

/** More than that many lines make a page slow; the CSV has them all. */
const MOST_LINES = 5_000;

export function accountStatementPage(statement: AccountStatement, made: Made): string {
  const { account, role, opening, lines, credit, debit, closing, target } = statement;
  const words = WORDS[role];
  const below = belowText(statement);
  const left = lines.length - MOST_LINES;
  return page(
    `${words.title}: ${account}`,
    html`<h1>${words.title}</h1>
<p class="lead"><span class="hex">${account}</span></p>
${tiles(
  [
    [`${words.balance}, opening`, money(opening), "USDC"],
    [words.credit, money(credit), "USDC"],
    [words.debit, money(debit), "USDC"],
    [`${words.balance}, closing`, money(closing), "USDC"],
  ],
  "tiles four",
)}
${verdict(statement)}
${facts([
  ["period", periodText(statement)],
  ["contract", html`${addressLink(target.chainId, target.address)} on ${target.chainTitle}`],
  ["amounts", "USDC, exact"],
])}
<h2>${lines.length === 0 ? words.nothing : counted(lines.length, "line")}</h2>
${lines.length === 0 ? "" : spans(statement)}
${left <= 0 ? "" : html`<p class="muted">${counted(left, "more line")} in the CSV; sums and closing balance count them too.</p>`}
${below === undefined ? "" : html`<p>* ${below}</p>`}
<footer><p>Read from the chain up to block ${count(target.toBlock)}
(<span class="hex">${target.toBlockHash}</span>, ${utc(target.toTimestamp)} UTC).</p>
${madeBy(made)}</footer>`,
  );
}

/** Is it right, up to when, resting on what. */
function verdict(statement: AccountStatement): Html {
  const { target, audit } = statement;
  const agrees = agreesWithChain(statement);
  const chain =
    chainText(statement, usdcWords) ?? `It ends before the last block that was read, ${count(target.toBlock)}.`;
  const tone = agrees && audit.isGood ? "good" : "bad";
  return html`<div class="verdict ${tone}" role="status"><strong>${agrees ? "✓" : "✗"} ${chain}</strong>
<p>${audit.isGood ? behindText(audit) : judged(behindText(audit), false)}</p></div>`;
}

function spans(statement: AccountStatement): Html {
  const { opening, closing, lines, credit, debit, role } = statement;
  const words = WORDS[role];
  const all = spansOf(lines, MOST_LINES);
  const fee = all.reduce((sum, one) => sum + one.fee, 0n);
  const sums = (one: Pick<Span, "credit" | "debit" | "fee" | "balance">) => html`
<span class="sums">${amount(words.credit, one.credit)}${amount(words.debit, one.debit)}${amount("fees", one.fee)}${amount(words.balance, one.balance)}</span>`;
  // So many lines are shown, and after them the sums alone.
  let room = MOST_LINES;
  const span = (one: Span): Html => {
    const head = html`<b>${one.name}</b> <span class="muted">${counted(one.count, "line")}</span>${sums(one)}`;
    if (!isMonth(one)) {
      room -= one.count;
      if (room < 0) return html`<div class="span">${head}</div>\n`;
    }
    const inside = isMonth(one) ? one.days.map(span) : linesOf(one, statement);
    return html`<details class="span"${all.length === 1 ? html` open` : ""}><summary>${head}</summary>
<div class="inside">${inside}</div></details>\n`;
  };
  return html`<div class="spans">
<div class="span"><b>opening</b><span class="sums">${amount(words.balance, opening)}</span></div>
${all.map(span)}<div class="span total"><b>closing</b>${sums({ credit, debit, fee, balance: closing })}</div>
</div>`;
}

function amount(name: string, micro: bigint): Html {
  return html`<span class="amount"><small>${name}</small> ${money(micro)}</span> `;
}

function linesOf({ lines, credit, debit, fee, balance }: Span, { role, target }: AccountStatement): Html {
  const words = WORDS[role];
  const { chainId } = target;
  // Nothing is left out of a line, but stands in a sum.
  const shown = ({ timestamp }: StatementRow, micro: bigint | undefined) =>
    micro === undefined || (micro === 0n && timestamp !== undefined) ? undefined : money(micro);
  return table<StatementRow>(
    lines,
    [
      ["UTC", "nowrap", ({ timestamp }) => (timestamp === undefined ? undefined : utc(timestamp).slice(11))],
      ["what", "nowrap", kindText],
      [`session, ${words.other}`, "", who],
      ["transaction", "", ({ transactionHash }) => transactionHash && shortTransactionLink(chainId, transactionHash)],
      ["rate × seconds, fee", "quantity", meter],
      [words.credit, "number", (row) => shown(row, row.credit)],
      [words.debit, "number", (row) => shown(row, row.debit)],
      [words.balance, "number", ({ balance }) => money(balance)],
    ],
    "",
    [{ kind: "sum", credit, debit, fee, balance }],
  );

  function who({ sessionId, other }: StatementRow): Html | undefined {
    if (sessionId === undefined) return other && addressLink(chainId, other);
    return html`${sessionText(sessionId)}<br>${other && addressLink(chainId, other)}`;
  }
}

/** "0.001000 × 615 s" over the fee; of a sum the fee alone. */
function meter({ ratePerSecond, chargeableSeconds, fee }: StatementRow): Html {
  const product =
    ratePerSecond === undefined || chargeableSeconds === undefined
      ? ""
      : html`${usdc(ratePerSecond)} × ${count(chargeableSeconds)} s<br>`;
  return html`${product}${fee === undefined ? "" : html`<small>fee</small> ${money(fee)}`}`;
}
