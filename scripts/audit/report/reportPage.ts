/** Sets the report as one page of HTML. What grows with the history is summed up; settlements.csv and report.json hold it all. */

import { count, counted, usdcWords } from "../../words.ts";
import type { Made } from "../made.ts";
import { type Html, html, trusted } from "../page/html.ts";
import {
  addressLink,
  blockLink,
  facts,
  fold,
  judged,
  lead,
  madeBy,
  money,
  page,
  sessionText,
  shortTransactionLink,
  table,
  tiles,
  transactionLink,
  withHex,
} from "../page/parts.ts";
import { percent, percentOfBps, utc } from "../text.ts";
import type { Audit, Change, Violation } from "../types.ts";
import { consumers, payees } from "./accountsPart.ts";
import { belowMeter as belowMeterIn, belowMeterText, WHO_LOSES } from "./belowMeter.ts";
import { type Chart, drawingsOf } from "./charts/draw.ts";
import { feeShareChart } from "./charts/feeShare.ts";
import { gasBySizeChart, gasOverTimeChart } from "./charts/gas.ts";
import { moneyChart } from "./charts/money.ts";
import { payeesChart } from "./charts/payees.ts";
import { poolChart } from "./charts/pool.ts";
import { skipsChart } from "./charts/skips.ts";
import { type Equation, equationsOf } from "./equations.ts";
import { largestOf } from "./largest.ts";
import { periodsOf, unitFor } from "./periods.ts";
import { basisText, reachText } from "./reachText.ts";
import { sumOf } from "./sums.ts";
import { verdictOf } from "./verdict.ts";
import { byRule } from "./violations.ts";

/** More than that many rows nobody reads on a page; violations are of one rule. */
const MOST = { violations: 25, below: 25, changes: 300 };

export async function reportPage(audit: Audit, made: Made): Promise<string> {
  const { target } = audit;
  const charts = [moneyChart, poolChart, feeShareChart, gasBySizeChart, gasOverTimeChart, skipsChart, payeesChart];
  const figures = await Promise.all(charts.map((chartOf) => figure(chartOf(audit))));
  const title = `Audit of LuxxonSettlement ${target.address} on ${target.chainTitle}, blocks ${target.fromBlock} to ${target.toBlock}`;
  return page(
    title,
    html`${heading(audit)}
${violations(audit)}
<h2>The rules</h2>
${rules(audit)}
<h2>What it rests on</h2>
${reach(audit)}
${notes(audit)}
${belowMeter(audit)}
<h2>In pictures</h2>
<div class="figures">
${figures}
</div>
<h2>What stood in the contract at the end</h2>
${equations(audit)}
${endState(audit)}
${fold("Roles, limits and pauses", changes(audit))}
${fold("Largest consumers", consumers(audit))}
${fold("Largest payees", payees(audit))}
${fold("Period by period", periods(audit))}
<footer>
<p>Amounts are USDC with all six decimals; nothing was rounded. Times are UTC. Every session stands in settlements.csv,
every other movement in movements.csv, each payee's days in payees.csv, the whole audit in report.json, and report.schema.json describes that file.</p>
<p>Anyone can make this report again from the chain: it depends on nothing but the contract's history up to the block
above.</p>
${madeBy(made)}
</footer>`,
  );
}

/** An auditor's questions and an operator's: is it right, up to when, resting on what; what was settled, earned, paid, owed. */
function heading(audit: Audit): Html {
  const { target, end } = audit;
  const { chainId } = target;
  const verdict = verdictOf(audit);
  const [settled, fees] = [sumOf(audit.days, "settled"), sumOf(audit.days, "fees")];
  return html`<h1>Audit of LuxxonSettlement</h1>
${lead(target)}
<div class="verdict ${verdict.tone}" role="status">
<strong>${verdict.mark} ${verdict.title}</strong>
<p>${verdict.detail}</p>
<p>It rests on ${reachText(audit.reach)}.</p>
</div>
${tiles([
  ["settled", money(settled), "USDC"],
  ["earned by operators", money(settled - fees), "USDC"],
  ["fees", money(fees), settled === 0n ? "USDC" : `USDC, ${percent(fees, settled, 2)}`],
  ["paid out to payees", money(settled - end.totalCredits), "USDC"],
  ["owed to payees, as credits", money(end.totalCredits), "USDC"],
  ["owed to consumers, in pools", money(end.totalDeposits), "USDC"],
])}
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
  return html`<section class="violation"><h3><span class="rule">${violation.rule}</span>${withHex(violation.message)}</h3>
${facts([
  ["expected", withHex(violation.expected)],
  ["found", html`<span class="bad-text">${withHex(violation.found)}</span>`],
  ["session", sessionId && sessionText(sessionId)],
  ["account", account && addressLink(chainId, account)],
  ["transaction", transactionHash && transactionLink(chainId, transactionHash)],
  ["block", blockNumber === undefined ? undefined : blockLink(chainId, blockNumber)],
  ["rule", rule],
])}</section>\n`;
}

function rules({ rules: every }: Audit): Html {
  const judgement = ({ checked, violations: broken }: Audit["rules"][number]) =>
    broken > 0
      ? judged(`✗ ${count(broken)} violated`, false)
      : checked > 0
        ? judged("✓ holds", true)
        : html`<span class="muted">– nothing to check</span>`;
  const outcome = (rule: Audit["rules"][number]) =>
    rule.unchecked === 0
      ? judgement(rule)
      : html`${judgement(rule)}<br>not checked, ${counted(rule.unchecked, "transaction")}`;
  return table(
    every,
    [
      ["rule", "nowrap", ({ id }) => id],
      ["what it asks", "wide-text", ({ title }) => title],
      ["checked", "number", ({ checked }) => count(checked)],
      ["outcome", "outcome", outcome],
    ],
    "No rule was held against anything.",
  );
}

function reach({ reach: all }: Audit): Html {
  return html`${table(
    all,
    [
      ["basis", "outcome", ({ basis }) => basisText(basis)],
      ["fact, and by what", "wide-text", ({ fact, by }) => html`${withHex(fact)}<br><span class="muted">${by}</span>`],
    ],
    "Nothing was looked at.",
  )}
<p class="muted">Proved: it follows from the hash of a block. Agreed: several endpoints say the same. Believed: one says so.
Compare the last block's hash with any explorer's.</p>`;
}

function notes({ notes: all = [] }: Audit): Html {
  return all.length === 0 ? html`` : html`<ul class="notes">${all.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}

function belowMeter({ settlements, target: { chainId } }: Audit): Html {
  const text = belowMeterText(belowMeterIn(settlements));
  if (text === undefined) return html``;
  const { shown, left } = largestOf(belowMeterIn(settlements), ["missing"], MOST.below);
  return html`<h2>Settled below the meter</h2>
<p>${text} ${WHO_LOSES}</p>
${table(
  shown,
  [
    ["session", "", ({ sessionId }) => sessionText(sessionId)],
    ["operator", "", ({ to }) => addressLink(chainId, to)],
    ["rate × seconds", "number", ({ meter }) => money(meter)],
    ["charged", "number", ({ charged }) => money(charged)],
    ["lost", "number", ({ missing }) => money(missing)],
    ["transaction", "", ({ transactionHash }) => shortTransactionLink(chainId, transactionHash)],
  ],
  "",
)}
${left === 0 ? "" : html`<p class="muted">The ${count(shown.length)} largest; ${count(left)} more in report.json.</p>`}`;
}

async function figure(chart: Chart): Promise<Html> {
  const { title, caption } = chart;
  const drawings = await drawingsOf(chart);
  if (drawings === undefined) return html`<figure><h3>${title}</h3></figure>\n`;
  return html`<figure><h3>${title}</h3>
<div class="wide">${trusted(drawings.wide)}</div>
<div class="narrow">${trusted(drawings.narrow)}</div>
<figcaption>${caption}</figcaption></figure>\n`;
}

function equations(audit: Audit): Html {
  const term = ({ sign, name, amount }: Equation["terms"][number]) =>
    html`<div><dt>${sign} ${name}</dt><dd>${money(amount)}</dd></div>\n`;
  const card = ({ terms, sum, name, onChain }: Equation) => html`<div class="equation"><dl>${terms.map(term)}
<div class="sum"><dt>= ${name}</dt><dd>${money(sum)}</dd></div></dl>
<p>${judged(sum === onChain ? "✓ the contract says the same" : `✗ the contract says ${usdcWords(onChain)}`, sum === onChain)}</p></div>\n`;
  const { pools, credits, held } = equationsOf(audit);
  return html`<div class="equations">
${[pools, credits, held].map(card)}</div>`;
}

function endState({ end, target: { chainId } }: Audit): Html {
  const limit = (amount: bigint) => (amount === 0n ? "none" : `${usdcWords(amount)} a day`);
  return facts([
    ["pool limit", limit(end.poolDailyLimit)],
    ["default limit", limit(end.defaultDailyLimit)],
    ["deposits and settlements", end.paused ? judged("paused", false) : "not paused"],
    ["owner", addressLink(chainId, end.owner)],
    ["relayer", addressLink(chainId, end.relayer)],
    ["guardian", addressLink(chainId, end.guardian)],
    ["platform wallet", addressLink(chainId, end.platformWallet)],
  ]);
}

function changes({ changes: every, target: { chainId } }: Audit): Html {
  // A consumer may hold for each session: those would drive everything else off the page.
  const shown: Change[] = [];
  let [holds, earlier] = [0, 0];
  for (const change of every) {
    if (change.event === "Held") holds++;
    else if (shown.push(change) > MOST.changes) {
      shown.shift();
      earlier++;
    }
  }
  return html`${
    earlier === 0
      ? ""
      : html`<p class="muted">The last ${count(shown.length)}; ${counted(earlier, "earlier one is", "earlier ones are")} in report.json.</p>`
  }${table(
    shown,
    [
      ["when (UTC)", "nowrap", ({ timestamp }) => utc(timestamp)],
      ["what", "wide-text", ({ text }) => withHex(text)],
      ["by", "", ({ sender }) => addressLink(chainId, sender)],
      ["transaction", "", ({ transactionHash }) => shortTransactionLink(chainId, transactionHash)],
    ],
    "No role, limit or pause has changed since the deployment.",
  )}${holds === 0 ? "" : html`<p class="muted">Consumers also promised ${counted(holds, "time")} to stay; each hold is in report.json.</p>`}`;
}

function periods({ days }: Audit): Html {
  const unit = unitFor(days);
  return table(
    periodsOf(days, unit),
    [
      [unit === "day" ? "day (UTC)" : `${unit} from (UTC)`, "head", ({ date }) => date],
      ["sessions", "number", ({ sessions }) => count(sessions)],
      ["settled", "number", ({ settled }) => money(settled)],
      ["fees", "number", ({ fees }) => money(fees)],
      ["share", "number", ({ fees, settled }) => percent(fees, settled, 2)],
      ["deposited", "number", ({ deposited }) => money(deposited)],
      ["withdrawn", "number", ({ withdrawn }) => money(withdrawn)],
      ["in pools at the end", "number", ({ totalDeposits }) => money(totalDeposits)],
      ["credits at the end", "number", ({ totalCredits }) => money(totalCredits)],
    ],
    "Nothing has happened yet.",
  );
}
