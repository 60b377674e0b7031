/** What came in and what went out. */

import { usdcWords } from "../../../words.ts";
import type { Audit } from "../../types.ts";
import { periodsOf, unitFor } from "../periods.ts";
import { AXIS_WIDTH, barOf, timeAxis, usdcAxis, usdcNumber } from "./axes.ts";
import { type Chart, COLOR, drawn, notDrawn, WIDTHS } from "./draw.ts";

export async function moneyChart({ days }: Audit): Promise<Chart> {
  const sum = (field: "deposited" | "settled" | "withdrawn") => days.reduce((total, day) => total + day[field], 0n);
  const [deposited, settled, withdrawn] = [sum("deposited"), sum("settled"), sum("withdrawn")];
  if (deposited + settled + withdrawn === 0n) return notDrawn("money", "No money has come in or gone out yet");

  const unit = unitFor(days);
  const periods = periodsOf(days, unit);
  const values = periods.flatMap((period) => {
    const [paid, taken] = [usdcNumber(period.settled), usdcNumber(period.withdrawn)];
    return [
      { ...barOf(period, periods.length), kind: "deposited", from: 0, to: usdcNumber(period.deposited) },
      { ...barOf(period, periods.length), kind: "settled", from: 0, to: paid },
      { ...barOf(period, periods.length), kind: "withdrawn", from: paid, to: paid + taken },
    ].filter(({ from, to }) => from !== to);
  });
  const words = {
    id: "money",
    title: `${usdcWords(deposited)} came in; ${usdcWords(settled)} were settled and ${usdcWords(withdrawn)} withdrawn`,
    caption: `USDC per ${unit}, in UTC, on two scales: above what was deposited; below what was settled for sessions, with withdrawals on top.`,
  };
  return drawn(words, (size) => ({
    // Panels are laid out by their inner width: the axis needs the rest.
    autosize: { type: "pad" },
    spacing: 12,
    vconcat: (["in", "out"] as const).map((direction) => ({
      height: 120,
      width: WIDTHS[size] - AXIS_WIDTH,
      data: { values: values.filter(({ kind }) => (kind === "deposited") === (direction === "in")) },
      mark: { type: "bar" },
      encoding: {
        x: { field: "start", ...timeAxis(days, size) },
        x2: { field: "end" },
        y: { field: "from", type: "quantitative", title: direction, axis: usdcAxis(4) },
        y2: { field: "to" },
        color: {
          field: "kind",
          type: "nominal",
          scale: {
            domain: ["deposited", "settled", "withdrawn"],
            range: [COLOR.deposited, COLOR.settled, COLOR.withdrawn],
          },
        },
      },
    })),
  }));
}
