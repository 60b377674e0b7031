/** Makes the axes and rows that several charts have in common. */

import type { Day } from "../../types.ts";
import { type Period, periodsOf, unitFor } from "../periods.ts";
import type { Size } from "./draw.ts";

/** What a chart shows of a field of numbers. */
export function quantitative<More extends object>(field: string, more?: More) {
  return { field, type: "quantitative" as const, ...more };
}

/** As a number for a chart: a pixel is far more than what is lost. */
export function usdcNumber(microUsdc: bigint): number {
  return Number(microUsdc) / 1e6;
}

/** Where a bar begins and ends: its period, with air on both sides; more of it where there are few. */
export function barOf({ start, end }: Period, periods: number): { start: number; end: number } {
  const share = Math.min(0.84, 0.1 + 0.14 * periods);
  const air = ((end - start) * (1 - share)) / 2;
  return { start: start + air, end: end - air };
}

/** The axis of time, in UTC, over the whole history: charts above one another line up. */
export function timeAxis(days: readonly Day[], size: Size) {
  const unit = unitFor(days);
  const periods = periodsOf(days, unit);
  // As a pair, `domain` would conflict with itself in charts of several layers.
  const domain = { domainMin: periods[0]?.start ?? 0, domainMax: periods.at(-1)?.end ?? 0 };
  const format = { day: "%b %-d", week: "%b %-d, %Y", month: "%b %Y" }[unit];
  const ticks = { wide: { day: 8, week: 6, month: 8 }, narrow: { day: 4, week: 2, month: 3 } }[size][unit];
  return {
    type: "temporal",
    title: null,
    scale: { type: "utc", ...domain },
    axis: {
      format,
      labelOverlap: true,
      // Left to itself, a short axis says the same day again and again. A name stands below the middle of its period.
      ...(periods.length <= ticks
        ? { values: periods.map(({ start, end }) => (start + end) / 2) }
        : { tickCount: ticks }),
    },
  } as const;
}

/** Numbers as axes show them: 950, 12k, 1.2M. */
export const AXIS_NUMBER = "datum.value === 0 ? '0' : replace(format(datum.value, '~s'), 'G', 'B')";

/** What stands to the left of a panel, in pixels: its axis with a title. */
export const AXIS_WIDTH = 58;

/** An axis of USDC whose width does not depend on its numbers, so that panels above one another line up. */
export function usdcAxis(tickCount: number) {
  return { labelExpr: AXIS_NUMBER, tickCount, minExtent: 40, maxExtent: 40 } as const;
}
