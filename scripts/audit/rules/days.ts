/** Adds up the fees of each day as a finance team does: R27. */

import { money } from "../../words.ts";
import type { Books } from "../books.ts";
import type { Ruling, Rulings } from "../findings.ts";
import { dateOf } from "../text.ts";
import { announcedFee } from "./sessions.ts";

export function onDays({ settlements, days }: Books, bps: number): Rulings {
  const announced = new Map<string, bigint>();
  for (const { timestamp, toAmount, feeAmount } of settlements) {
    const date = dateOf(timestamp);
    announced.set(date, (announced.get(date) ?? 0n) + announcedFee(toAmount + feeAmount, bps));
  }
  const R27 = [...announced].map(([date, expected]): Ruling => {
    const found = days.get(date)?.fees;
    return (
      found === expected || {
        message: `The fees of ${date} are not ${bps / 100} % of what was settled that day, session by session and rounded down.`,
        expected: money(expected),
        found: money(found ?? 0n),
      }
    );
  });
  return { R27 };
}
