/** Shows who was paid most. */

import { counted, usdc, usdcWords } from "../../../words.ts";
import { percent, short } from "../../text.ts";
import type { Audit } from "../../types.ts";
import { platformRoles } from "../platformRoles.ts";
import { byLargest, sumOf } from "../sums.ts";
import { usdcNumber } from "./axes.ts";
import { bars } from "./bars.ts";
import { type Chart, COLOR } from "./draw.ts";

const SHOWN = 12;

export function payeesChart(audit: Audit): Chart {
  const roleOf = platformRoles(audit);
  const payees = audit.accounts.filter(({ earned }) => earned > 0n).sort(byLargest("earned"));
  if (payees.length === 0) return { id: "payees", title: "Nobody has been paid yet" };
  const all = sumOf(payees, "earned");
  const largest = payees.slice(0, SHOWN);
  const values = largest.map(({ account, earned }) => ({
    key: account,
    name: roleOf(account) ?? short(account),
    value: usdcNumber(earned),
    label: usdc(earned),
  }));
  return {
    id: "payees",
    title:
      payees.length <= SHOWN
        ? `${counted(payees.length, "payee")} earned ${usdcWords(all)}`
        : `The ${SHOWN} largest of ${counted(payees.length, "payee")} earned ${percent(sumOf(largest, "earned"), all, 1)} of ${usdcWords(all)}`,
    caption: "USDC earned by sessions, and by fees in the platform wallet's case, whether paid at once or credited.",
    spec: (size) => bars(values, COLOR.deposited, size),
  };
}
