/** The report as one page of HTML. What grows with the history is summed up; settlements.csv and report.json hold it all. */
import type { Address } from "viem";
import { type Html, html, trusted } from "../page/html.ts";
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
  withHex,
} from "../page/parts.ts";
import { count, counted, percent, percentOfBps, usdcWords, utc } from "../page/text.ts";
import type { AccountTotals, Audit, Violation } from "../types.ts";
import type { Chart } from "./charts/draw.ts";
import { feeShareChart } from "./charts/feeShare.ts";
import { gasBySizeChart, gasOverTimeChart } from "./charts/gas.ts";
import { moneyChart } from "./charts/money.ts";
import { payeesChart } from "./charts/payees.ts";
import { poolChart } from "./charts/pool.ts";
import { skipsChart } from "./charts/skips.ts";
import { platformRoles } from "./payees.ts";
import { periodsOf, unitFor } from "./periods.ts";
import { verdictOf } from "./verdict.ts";
import { byRule } from "./violations.ts";

/** More than that many rows nobody reads on a page; violations are of one rule. */
const MOST = { violations: 25, changes: 300, accounts: 25 };

export async function reportPage(audit: Audit): Promise<string> {
  const { target } = audit;
  const charts = await Promise.all(
    [moneyChart, poolChart, feeShareChart, gasBySizeChart, gasOverTimeChart, skipsChart, payeesChart].map((draw) =>
      draw(audit),
    ),
  );
  const title = `Audit of LuxxonSettlement ${target.address} on ${target.chainTitle}, blocks ${target.fromBlock} to ${target.toBlock}`;
  return page(
    title,
    html`${heading(audit)}
${violations(audit)}
<h2>The rules</h2>
${rules(audit)}
${notes(audit)}
<h2>In pictures</h2>
<div class="figures">
${charts.map(figure)}
</div>
<h2>What stood in the contract at the end</h2>
${endState(audit)}
<h2>Roles, limits and pauses</h2>
${changes(audit)}
<h2>Largest accounts</h2>
${accounts(audit)}
<h2>Period by period</h2>
${periods(audit)}
<footer>
<p>Amounts are USDC with all six decimals; nothing was rounded. Times are UTC. Every session stands in settlements.csv,
the whole audit in report.json, and report.schema.json describes that file.</p>
<p>Anyone can make this report again from the chain: it depends on nothing but the contract's history up to the block
above.</p>
</footer>`,
  );
}

function heading(audit: Audit): Html {
  const { target, end, settlements, skipped } = audit;
  const { chainId } = target;
  const verdict = verdictOf(audit);
  const sum = (field: "settled" | "fees") => audit.days.reduce((total, day) => total + day[field], 0n);
  const [settled, fees] = [sum("settled"), sum("fees")];
  const tiles: [string, Html | string, string][] = [
    ["sessions settled", count(settlements.length), counted(skipped.length, "entry skipped", "entries skipped")],
    ["settled", money(settled), "USDC"],
    ["of it fees", money(fees), settled === 0n ? "USDC" : `USDC, ${percent(fees, settled, 2)}`],
    ["in consumers' pools", money(end.totalDeposits), "USDC"],
    ["owed as credits", money(end.totalCredits), "USDC"],
    ["surplus", money(end.surplus), "USDC"],
  ];
  return html`<h1>Audit of LuxxonSettlement</h1>
<p class="lead">${target.chainTitle}, up to ${utc(target.toTimestamp)} UTC</p>
<div class="verdict ${verdict.tone}" role="status">
<strong>${verdict.mark} ${verdict.title}</strong>
<p>${verdict.detail}</p>
</div>
<dl class="tiles">${tiles.map(
    ([name, value, unit]) => html`<div class="tile"><dt>${name}</dt><dd>${value} <small>${unit}</small></dd></div>\n`,
  )}</dl>
${facts([
  ["contract", html`${addressLink(chainId, target.address)}, version ${target.version}`],
  ["chain", `${target.chainTitle} (chain id ${chainId})`],
  ["USDC", addressLink(chainId, target.usdc)],
  ["blocks", html`${blockLink(chainId, target.fromBlock)} to ${blockLink(chainId, target.toBlock)}`],
  ["last block", html`<span class="hex">${target.toBlockHash}</span>, ${utc(target.toTimestamp)} UTC`],
  [
    "announced fee",
    audit.announcedFeeBps === undefined
      ? "not given, so the fee was held against the contract's ceiling only"
      : `${percentOfBps(audit.announcedFeeBps)}, rounded down for each session`,
  ],
])}`;
}

function violations({ violations: all, target, rules: every }: Audit): Html {
  if (all.length === 0) return html``;
  const titles = new Map(every.map(({ id, title }) => [id, title]));
  return html`<h2>${counted(all.length, "violation")}</h2>
${byRule(all, MOST.violations).map(
  ({ rule, shown, left }) => html`${shown.map((violation) => violationBox(violation, titles.get(rule), target.chainId))}
${left === 0 ? "" : html`<p class="muted">${counted(left, "more violation")} of ${rule} in report.json.</p>`}`,
)}`;
}

function violationBox(violation: Violation, rule: string | undefined, chainId: number): Html {
  const { blockNumber, transactionHash, sessionId, account } = violation;
  const pairs: [string, Html | string][] = [
    ["expected", withHex(violation.expected)],
    ["found", html`<span class="bad-text">${withHex(violation.found)}</span>`],
  ];
  if (sessionId !== undefined) pairs.push(["session", sessionText(sessionId)]);
  if (account !== undefined) pairs.push(["account", addressLink(chainId, account)]);
  if (transactionHash !== undefined) pairs.push(["transaction", fullTransactionLink(chainId, transactionHash)]);
  if (blockNumber !== undefined) pairs.push(["block", blockLink(chainId, blockNumber)]);
  if (rule !== undefined) pairs.push(["rule", rule]);
  return html`<section class="violation"><h3><span class="rule">${violation.rule}</span>${withHex(violation.message)}</h3>
${facts(pairs)}</section>\n`;
}

function rules({ rules: every }: Audit): Html {
  const outcome = ({ checked, violations: broken }: Audit["rules"][number]) =>
    broken > 0
      ? html`<span class="bad-text">✗ ${count(broken)} violated</span>`
      : checked > 0
        ? html`<span class="good-text">✓ holds</span>`
        : html`<span class="muted">– nothing to check</span>`;
  return table(
    [
      { title: "rule" },
      { title: "what it asks", cell: "wide-text" },
      { title: "checked", number: true },
      { title: "outcome", cell: "nowrap" },
    ],
    every.map((rule) => [rule.id, rule.title, count(rule.checked), outcome(rule)]),
    { none: "No rule was held against anything." },
  );
}

function notes({ notes: all = [] }: Audit): Html {
  return all.length === 0 ? html`` : html`<ul class="notes">${all.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}

function figure({ title, caption, drawings }: Chart): Html {
  if (drawings === undefined) return html`<figure><h3>${title}</h3></figure>\n`;
  return html`<figure><h3>${title}</h3>
<div class="wide">${trusted(drawings.wide)}</div>
<div class="narrow">${trusted(drawings.narrow)}</div>
<figcaption>${caption}</figcaption></figure>\n`;
}

function endState({ end, target: { chainId } }: Audit): Html {
  const limit = (amount: bigint) => (amount === 0n ? "none" : `${usdcWords(amount)} a day`);
  return facts([
    ["USDC held", html`${money(end.usdcBalance)} USDC`],
    ["= pools", html`${money(end.totalDeposits)} USDC`],
    ["+ credits", html`${money(end.totalCredits)} USDC`],
    ["+ surplus", html`${money(end.surplus)} USDC`],
    ["pool limit", limit(end.poolDailyLimit)],
    ["default limit", limit(end.defaultDailyLimit)],
    ["deposits and settlements", end.paused ? html`<span class="bad-text">paused</span>` : "not paused"],
    ["owner", addressLink(chainId, end.owner)],
    ["relayer", addressLink(chainId, end.relayer)],
    ["guardian", addressLink(chainId, end.guardian)],
    ["platform wallet", addressLink(chainId, end.platformWallet)],
  ]);
}

function changes({ changes: all, target: { chainId } }: Audit): Html {
  const shown = all.slice(-MOST.changes);
  const earlier = all.length - shown.length;
  return html`${
    earlier === 0
      ? ""
      : html`<p class="muted">The last ${count(shown.length)}; ${counted(earlier, "earlier one is", "earlier ones are")} in report.json.</p>`
  }${table(
    [
      { title: "when (UTC)", cell: "nowrap" },
      { title: "what", cell: "wide-text" },
      { title: "by", cell: "nowrap" },
      { title: "transaction", cell: "nowrap" },
    ],
    shown.map((change) => [
      utc(change.timestamp),
      withHex(change.text),
      addressLink(chainId, change.sender),
      transactionLink(chainId, change.transactionHash),
    ]),
    { none: "No role, limit or pause has changed since the deployment." },
  )}`;
}

function accounts(audit: Audit): Html {
  const {
    accounts: all,
    target: { chainId },
  } = audit;
  const roleOf = platformRoles(audit);
  const by = (field: "deposited" | "earned") => (one: AccountTotals, other: AccountTotals) =>
    one[field] < other[field] ? 1 : one[field] > other[field] ? -1 : 0;
  const consumers = all.filter(({ deposited, charged }) => deposited + charged > 0n).sort(by("deposited"));
  const payees = all.filter(({ earned, credits }) => earned + credits > 0n).sort(by("earned"));
  const name = (account: Address) => {
    const role = roleOf(account);
    return role === undefined ? addressLink(chainId, account) : html`${addressLink(chainId, account)} (${role})`;
  };
  const which = (rows: unknown[]) =>
    rows.length > MOST.accounts ? `The ${MOST.accounts} largest of ${count(rows.length)}` : `All ${count(rows.length)}`;
  return html`<h3>Consumers</h3>
${consumers.length === 0 ? "" : html`<p class="muted">${which(consumers)}, by what they deposited. USDC.</p>`}
${table(
  [
    { title: "consumer" },
    ...["deposited", "withdrawn", "charged", "in the pool"].map((title) => ({ title, number: true })),
  ],
  consumers
    .slice(0, MOST.accounts)
    .map(({ account, deposited, withdrawn, charged, deposits }) => [
      name(account),
      ...[deposited, withdrawn, charged, deposits].map(money),
    ]),
  { none: "Nobody has deposited yet." },
)}
<h3>Payees</h3>
${payees.length === 0 ? "" : html`<p class="muted">${which(payees)}, by what they earned. USDC.</p>`}
${table(
  [
    { title: "payee" },
    ...["earned", "of it claimed later", "still a credit"].map((title) => ({ title, number: true })),
  ],
  payees
    .slice(0, MOST.accounts)
    .map(({ account, earned, claimed, credits }) => [name(account), ...[earned, claimed, credits].map(money)]),
  { none: "Nobody has been paid yet." },
)}`;
}

function periods({ days }: Audit): Html {
  const unit = unitFor(days);
  const rows = periodsOf(days, unit);
  const titles = [
    "sessions",
    "settled",
    "fees",
    "share",
    "deposited",
    "withdrawn",
    "in pools at the end",
    "credits at the end",
  ];
  return table(
    [
      { title: unit === "day" ? "day (UTC)" : `${unit} from (UTC)`, cell: "nowrap" },
      ...titles.map((title) => ({ title, number: true })),
    ],
    rows.map((row) => [
      row.date,
      count(row.sessions),
      ...[row.settled, row.fees].map(money),
      percent(row.fees, row.settled, 2),
      ...[row.deposited, row.withdrawn, row.totalDeposits, row.totalCredits].map(money),
    ]),
    { none: "Nothing has happened yet." },
  );
}
