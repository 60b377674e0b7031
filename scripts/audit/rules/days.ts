/** R27: the fees of each day, as a finance team adds them up. */

import { money } from "../../words.ts";
import type { Findings } from "../findings.ts";
import type { Replayed } from "../history.ts";

export function checkDays(findings: Findings, { books, announcedFees }: Replayed, bps: number): void {
  for (const [date, expected] of announcedFees) {
    const day = books.days.get(date);
    findings.check("R27", day?.fees === expected, () => ({
      message: `The fees of ${date} are not ${bps / 100} % of what was settled that day, session by session and rounded down.`,
      expected: money(expected),
      found: money(day?.fees ?? 0n),
    }));
  }
}
