/** Shows who was paid most. */

import { counted, usdc, usdcWords } from "../../../words.ts";
import { percent, short } from "../../text.ts";
import type { Audit } from "../../types.ts";
import { largestOf } from "../largest.ts";
import { platformRoles } from "../platformRoles.ts";
import { sumOf } from "../sums.ts";
import { usdcNumber } from "./axes.ts";
import { bars } from "./bars.ts";
import { type Chart, COLOR } from "./draw.ts";

const SHOWN = 12;

export function payeesChart(audit: Audit): Chart {
  const roleOf = platformRoles(audit);
  const payees = Iterator.from(audit.accounts).filter(({ earned }) => earned > 0n);
  const { shown: largest, count, left, all } = largestOf(payees, ["earned"], SHOWN);
  if (count === 0) return { id: "payees", title: "Nobody has been paid yet" };
  const values = largest.map(({ account, earned }) => ({
    key: account,
    name: roleOf(account) ?? short(account),
    value: usdcNumber(earned),
    label: usdc(earned),
  }));
  return {
    id: "payees",
    title:
      left === 0
        ? `${counted(count, "payee")} earned ${usdcWords(all.earned)}`
        : `The ${SHOWN} largest of ${counted(count, "payee")} earned ${percent(sumOf(largest, "earned"), all.earned, 1)} of ${usdcWords(all.earned)}`,
    caption: "USDC earned by sessions, and by fees in the platform wallet's case, whether paid at once or credited.",
    spec: (size) => bars(values, COLOR.deposited, size),
  };
}
