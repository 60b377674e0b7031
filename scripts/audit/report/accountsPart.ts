/** Sets the report's tables of consumers and payees: the largest, what the others come to, and how it went over time. */

import { count } from "../../words.ts";
import { type Html, html } from "../page/html.ts";
import { addressLink, type Column, money, table } from "../page/parts.ts";
import type { AccountTotals, Audit } from "../types.ts";
import { courseDrawing } from "./charts/course.ts";
import { type Course, coursesOf } from "./flows.ts";
import { type Largest, largestOf } from "./largest.ts";
import { type Period, periodsOf, type Unit, unitFor } from "./periods.ts";
import { platformRoles } from "./platformRoles.ts";

/** More rows than that nobody reads on a page. */
const MOST = 25;

/** An account with its sums, or what many come to. */
type Row<Field extends string> = Record<Field, bigint> & { name: Html | string; course?: Course };

export function consumers(audit: Audit): Html {
  const some = Iterator.from(audit.accounts).filter(({ deposited, charged }) => deposited + charged > 0n);
  const largest = largestOf(some, ["deposited", "withdrawn", "charged", "deposits"], MOST);
  const name = nameIn(audit);
  return html`${which(largest, "deposited")}
${table<Row<"deposited" | "withdrawn" | "charged" | "deposits">>(
  largest.shown.map((one) => ({ ...one, name: name(one) })),
  [
    ["consumer", "wide-text", ({ name }) => name],
    ["deposited", "number", ({ deposited }) => money(deposited)],
    ["withdrawn", "number", ({ withdrawn }) => money(withdrawn)],
    ["charged", "number", ({ charged }) => money(charged)],
    ["in the pool", "number", ({ deposits }) => money(deposits)],
  ],
  "Nobody has deposited yet.",
  feetOf(largest),
)}`;
}

export function payees(audit: Audit): Html {
  const some = Iterator.from(audit.accounts).filter(({ earned, credits }) => earned + credits > 0n);
  const largest = largestOf(some, ["earned", "claimed", "credits"], MOST);
  const unit = unitFor(audit.days);
  const periods = periodsOf(audit.days, unit);
  const courses = coursesOf(
    audit,
    largest.shown.map(({ account }) => account),
    periods,
  );
  const name = nameIn(audit);
  return html`${which(largest, "earned")}
${table<Row<"earned" | "claimed" | "credits">>(
  largest.shown.map((one) => ({ ...one, name: name(one), course: courses.of.get(one.account) })),
  [
    ["payee", "wide-text", ({ name }) => name],
    courseColumn(periods, unit),
    ["earned", "number", ({ earned }) => money(earned)],
    ["of it claimed later", "number", ({ claimed }) => money(claimed)],
    ["still a credit", "number", ({ credits }) => money(credits)],
  ],
  "Nobody has been paid yet.",
  feetOf(largest, courses.others),
)}
${
  periods.length === 0
    ? ""
    : html`<p class="muted">A bar for what was earned each ${unit}, from ${periods[0]?.date} on, each payee on a scale of its own:
<span class="key paid"></span> paid at once, <span class="key credited"></span> credited, because USDC refused the transfer.
Every payee and every day stand in payees.csv.</p>`
}`;
}

function courseColumn(periods: readonly Period[], unit: Unit): Column<{ course?: Course }> {
  return [`earned by the ${unit}`, "wide-row", ({ course }) => course && courseDrawing(course, periods, unit)];
}

function nameIn(audit: Audit): (one: AccountTotals) => Html {
  const roleOf = platformRoles(audit);
  return ({ account }) => {
    const role = roleOf(account);
    const link = addressLink(audit.target.chainId, account);
    return role === undefined ? link : html`${link} (${role})`;
  };
}

function which({ count: all, left }: Largest<unknown, string>, by: string): Html {
  if (all === 0) return html``;
  const some = left > 0 ? `The ${MOST} largest of ${count(all)}` : `All ${count(all)}`;
  return html`<p class="muted">${some}, by what they ${by}. USDC.</p>`;
}

/** What those that are not shown come to, and what all do; all alone where all are shown. */
function feetOf<Field extends string>(largest: Largest<unknown, Field>, course?: Course): Row<Field>[] {
  const all = { ...largest.all, name: `all ${count(largest.count)}` };
  return largest.left === 0 ? [all] : [{ ...largest.rest, name: `and ${count(largest.left)} more`, course }, all];
}
