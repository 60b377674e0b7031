/** Who was paid most. */

import { counted, usdc, usdcWords } from "../../../words.ts";
import { percent } from "../../text.ts";
import type { Audit } from "../../types.ts";
import { payeeNames } from "../payees.ts";
import { usdcNumber } from "./axes.ts";
import { bars } from "./bars.ts";
import { type Chart, COLOR, drawn, notDrawn } from "./draw.ts";

const SHOWN = 12;

export async function payeesChart(audit: Audit): Promise<Chart> {
  const nameOf = payeeNames(audit);
  const payees = audit.accounts
    .filter(({ earned }) => earned > 0n)
    .sort((one, other) => (one.earned < other.earned ? 1 : one.earned > other.earned ? -1 : 0));
  if (payees.length === 0) return notDrawn("payees", "Nobody has been paid yet");
  const all = payees.reduce((sum, { earned }) => sum + earned, 0n);
  const largest = payees.slice(0, SHOWN);
  const top = largest.reduce((sum, { earned }) => sum + earned, 0n);
  const values = largest.map(({ account, earned }) => ({
    key: account,
    name: nameOf(account),
    value: usdcNumber(earned),
    label: usdc(earned),
  }));
  const words = {
    id: "payees",
    title:
      payees.length <= SHOWN
        ? `${counted(payees.length, "payee")} earned ${usdcWords(all)}`
        : `The ${SHOWN} largest of ${counted(payees.length, "payee")} earned ${percent(top, all, 1)} of ${usdcWords(all)}`,
    caption: "USDC earned by sessions, and by fees in the platform wallet's case, whether paid at once or credited.",
  };
  return drawn(words, (size) => bars(values, COLOR.deposited, size));
}
