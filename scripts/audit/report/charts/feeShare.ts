/** Shows the platform's share, against what it announces. */
import { MAX_FEE_BPS } from "@luxxon/contracts-abi";
import { counted } from "../../../words.ts";
import { percent, percentOfBps } from "../../text.ts";
import type { Audit, Day } from "../../types.ts";
import { periodsOf, unitFor } from "../periods.ts";
import { sumOf } from "../sums.ts";
import { quantitative, timeAxis } from "./axes.ts";
import { type Chart, COLOR, WIDTHS } from "./draw.ts";

/**
 * Fees of this size can come of the announced share. It is rounded down for each session, so that a sum of n may be up to
 * n µUSDC below the share of the sum.
 */
export function isAsAnnounced({ fees, settled, sessions }: Pick<Day, "fees" | "settled" | "sessions">, bps: number) {
  const scaled = settled * BigInt(bps);
  return fees * 10_000n <= scaled && (fees + BigInt(sessions)) * 10_000n >= scaled;
}

export function feeShareChart({ days, announcedFeeBps: announced }: Audit): Chart {
  const paidDays = days.filter(({ settled }) => settled > 0n);
  if (paidDays.length === 0) {
    return { id: "fee-share", title: "No session has been settled yet, so there is no fee to show" };
  }
  const unit = unitFor(days);
  const values = periodsOf(days, unit)
    .filter(({ settled }) => settled > 0n)
    .map((period) => ({
      middle: (period.start + period.end) / 2,
      share: (Number(period.fees) / Number(period.settled)) * 100,
      good: announced === undefined || isAsAnnounced(period, announced),
    }));
  const lines = [
    { at: MAX_FEE_BPS / 100, text: `the contract's ceiling: ${percentOfBps(MAX_FEE_BPS)}` },
    ...(announced === undefined ? [] : [{ at: announced / 100, text: `announced: ${percentOfBps(announced)}` }]),
  ];
  const highest = Math.max(MAX_FEE_BPS / 100, ...values.map(({ share }) => share));
  const at = quantitative("at");
  return {
    id: "fee-share",
    title: finding(paidDays, announced),
    caption: `Fees as a share of what was settled, in per cent per ${unit}. The fee is rounded down for each session.`,
    spec(size) {
      const x = { field: "middle", ...timeAxis(days, size) };
      return {
        height: 200,
        width: WIDTHS[size],
        layer: [
          {
            data: { values: lines },
            mark: { type: "rule", strokeDash: [4, 4], color: COLOR.muted },
            encoding: { y: at },
          },
          {
            data: { values: lines },
            mark: { type: "text", align: "right", baseline: "bottom", dy: -4, color: COLOR.muted },
            encoding: { x: { value: "width" }, y: at, text: { field: "text" } },
          },
          {
            data: { values },
            mark: { type: "line", color: COLOR.settled, strokeWidth: 1.5 },
            encoding: { x, y: quantitative("share") },
          },
          {
            data: { values },
            mark: { type: "point", filled: true, size: 34, opacity: 1 },
            encoding: {
              x,
              y: quantitative("share", {
                title: null,
                scale: { domain: [0, highest * 1.08], nice: false },
                axis: { labelExpr: "datum.value + ' %'", tickCount: 6 },
              }),
              color: {
                field: "good",
                type: "nominal",
                legend: null,
                scale: { domain: [true, false], range: [COLOR.settled, COLOR.bad] },
              },
            },
          },
        ],
      };
    },
  };
}

function finding(days: readonly Day[], announced: number | undefined): string {
  if (announced === undefined) {
    return `Fees were ${percent(sumOf(days, "fees"), sumOf(days, "settled"))} of what was settled`;
  }
  const off = days.filter((day) => !isAsAnnounced(day, announced)).length;
  const share = percentOfBps(announced);
  const all = days.length === 1 ? "the only day" : `all ${counted(days.length, "day")}`;
  if (off === 0) return `The fee was the announced ${share} on ${all} with settlements`;
  return `The fee was not the announced ${share} on ${off} of ${counted(days.length, "day")} with settlements`;
}
