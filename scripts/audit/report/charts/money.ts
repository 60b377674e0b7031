/** Shows what came in and what went out. */

import { usdcWords } from "../../../words.ts";
import type { Audit } from "../../types.ts";
import { periodsOf, unitFor } from "../periods.ts";
import { sumOf } from "../sums.ts";
import { AXIS_WIDTH, barOf, quantitative, timeAxis, usdcAxis, usdcNumber } from "./axes.ts";
import { type Chart, COLOR, WIDTHS } from "./draw.ts";

export function moneyChart({ days }: Audit): Chart {
  const [deposited, settled, withdrawn] = [sumOf(days, "deposited"), sumOf(days, "settled"), sumOf(days, "withdrawn")];
  if (deposited + settled + withdrawn === 0n) return { id: "money", title: "No money has come in or gone out yet" };

  const unit = unitFor(days);
  const periods = periodsOf(days, unit);
  const values = periods.flatMap((period) => {
    const [paid, taken] = [usdcNumber(period.settled), usdcNumber(period.withdrawn)];
    const bar = barOf(period, periods.length);
    return [
      { ...bar, kind: "deposited", from: 0, to: usdcNumber(period.deposited) },
      { ...bar, kind: "settled", from: 0, to: paid },
      { ...bar, kind: "withdrawn", from: paid, to: paid + taken },
    ].filter(({ from, to }) => from !== to);
  });
  const kinds = ["deposited", "settled", "withdrawn"] as const;
  const scale = { domain: [...kinds], range: kinds.map((kind) => COLOR[kind]) };
  return {
    id: "money",
    title: `${usdcWords(deposited)} came in; ${usdcWords(settled)} were settled and ${usdcWords(withdrawn)} withdrawn`,
    caption: `USDC per ${unit}, in UTC, on two scales: above what was deposited; below what was settled for sessions, with withdrawals on top.`,
    spec: (size) => ({
      // Panels are laid out by their inner width: the axis needs the rest.
      autosize: { type: "pad" },
      spacing: 12,
      vconcat: ["in", "out"].map((direction) => ({
        height: 120,
        width: WIDTHS[size] - AXIS_WIDTH,
        data: { values: values.filter(({ kind }) => (kind === "deposited") === (direction === "in")) },
        mark: { type: "bar" },
        encoding: {
          x: { field: "start", ...timeAxis(days, size) },
          x2: { field: "end" },
          y: quantitative("from", { title: direction, axis: usdcAxis(4) }),
          y2: { field: "to" },
          color: { field: "kind", type: "nominal", scale },
        },
      })),
    }),
  };
}
