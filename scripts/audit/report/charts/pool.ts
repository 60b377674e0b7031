/** What the contract held for others, over time. */

import { usdcWords } from "../../../words.ts";
import type { Audit, Day } from "../../types.ts";
import { periodsOf, unitFor } from "../periods.ts";
import { AXIS_WIDTH, timeAxis, usdcAxis, usdcNumber } from "./axes.ts";
import { type Chart, COLOR, drawn, notDrawn, type Size, WIDTHS } from "./draw.ts";

export async function poolChart({ days, end }: Audit): Promise<Chart> {
  const unit = unitFor(days);
  const periods = periodsOf(days, unit);
  const values = periods.map((period) => ({
    end: period.end,
    pool: usdcNumber(period.totalDeposits),
    credits: usdcNumber(period.totalCredits),
  }));
  if (!values.some(({ pool, credits }) => pool !== 0 || credits !== 0)) {
    return notDrawn("pool", "The contract has held no money at the end of any day");
  }
  // The first step begins where the first period does.
  values.unshift({ end: periods[0]?.start ?? 0, pool: 0, credits: 0 });
  const owed = values.some(({ credits }) => credits !== 0);
  const held = `Consumers' pools hold ${usdcWords(end.totalDeposits)}`;
  const words = {
    id: "pool",
    title: owed
      ? `${held}, and ${usdcWords(end.totalCredits)} wait to be claimed`
      : `${held}; no payout is owed to anyone`,
    caption: owed
      ? `USDC at the end of each ${unit}: above, what consumers' pools held; below, on a scale of its own, credits: payouts that USDC refused and that were not claimed yet.`
      : `USDC at the end of each ${unit}. No payout stood as a credit at the end of any, so there is no line for credits.`,
  };
  return drawn(words, (size) => {
    const pool = panel(values, "pool", "in pools", COLOR.deposited, { days, size, height: 170 });
    const credits = panel(values, "credits", "credits", COLOR.credits, { days, size, height: 90 });
    return { vconcat: owed ? [pool, credits] : [pool], spacing: 14, autosize: { type: "pad" } };
  });
}

function panel(
  values: object[],
  field: "pool" | "credits",
  title: string,
  color: string,
  { days, size, height }: { days: readonly Day[]; size: Size; height: number },
) {
  return {
    height,
    width: WIDTHS[size] - AXIS_WIDTH,
    data: { values },
    mark: { type: "area", color, fillOpacity: 0.22, line: { color, strokeWidth: 2 }, interpolate: "step-before" },
    encoding: {
      x: { field: "end", ...timeAxis(days, size) },
      y: {
        field,
        type: "quantitative",
        title,
        axis: usdcAxis(4),
      },
    },
  } as const;
}
