/** Shows what the contract held for others, over time. */

import { usdcWords } from "../../../words.ts";
import type { Audit } from "../../types.ts";
import { periodsOf, unitFor } from "../periods.ts";
import { AXIS_WIDTH, quantitative, timeAxis, usdcAxis, usdcNumber } from "./axes.ts";
import { type Chart, COLOR, WIDTHS } from "./draw.ts";

export function poolChart({ days, end }: Audit): Chart {
  const unit = unitFor(days);
  const periods = periodsOf(days, unit);
  const values = periods.map((period) => ({
    end: period.end,
    pool: usdcNumber(period.totalDeposits),
    credits: usdcNumber(period.totalCredits),
  }));
  if (!values.some(({ pool, credits }) => pool !== 0 || credits !== 0)) {
    return { id: "pool", title: "The contract has held no money at the end of any day" };
  }
  // The first step begins where the first period does.
  values.unshift({ end: periods[0]?.start ?? 0, pool: 0, credits: 0 });
  const owed = values.some(({ credits }) => credits !== 0);
  const held = `Consumers' pools hold ${usdcWords(end.totalDeposits)}`;
  const panels = [
    { field: "pool", title: "in pools", color: COLOR.deposited, height: 170 },
    { field: "credits", title: "credits", color: COLOR.credits, height: 90 },
  ];
  return {
    id: "pool",
    title: owed
      ? `${held}, and ${usdcWords(end.totalCredits)} wait to be claimed`
      : `${held}; no payout is owed to anyone`,
    caption: owed
      ? `USDC at the end of each ${unit}: above, what consumers' pools held; below, on a scale of its own, credits: payouts that USDC refused and that were not claimed yet.`
      : `USDC at the end of each ${unit}. No payout stood as a credit at the end of any, so there is no line for credits.`,
    spec: (size) => ({
      autosize: { type: "pad" },
      spacing: 14,
      vconcat: panels.slice(0, owed ? 2 : 1).map(({ field, title, color, height }) => ({
        height,
        width: WIDTHS[size] - AXIS_WIDTH,
        data: { values },
        mark: { type: "area", color, fillOpacity: 0.22, line: { color, strokeWidth: 2 }, interpolate: "step-before" },
        encoding: {
          x: { field: "end", ...timeAxis(days, size) },
          y: quantitative(field, { title, axis: usdcAxis(4) }),
        },
      })),
    }),
  };
}
