/** Why entries were passed over. */
import type { Refusal } from "../../../../abi/src/refusal.ts";
import type { Audit } from "../../types.ts";
import { count, counted } from "../text.ts";
import { type Chart, COLOR, drawn, notDrawn, type Size, type Spec, WIDTHS } from "./draw.ts";

/** Refusals in words. */
export const REASONS: Record<Refusal, string> = {
  None: "not refused",
  AlreadySettled: "settled before",
  InvalidPayee: "payee impossible",
  ZeroAmount: "amount zero",
  RateTooHigh: "rate too high",
  TooManySeconds: "session too long",
  MeterExceeded: "above the meter",
  FeeTooHigh: "fee too high",
  InsufficientPool: "pool too small",
  DailyLimitExceeded: "consumer's daily limit",
  PoolLimitExceeded: "pool's daily limit",
};

export async function skipsChart({ skipped, settlements }: Audit): Promise<Chart> {
  const byReason = new Map<Refusal, number>();
  for (const { reason } of skipped) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const values = [...byReason]
    .map(([reason, entries]) => ({ reason: REASONS[reason], entries, label: count(entries) }))
    .sort((one, other) => other.entries - one.entries);
  const [most] = values;
  if (most === undefined) {
    const all =
      settlements.length === 0
        ? "Nothing was submitted"
        : `All ${counted(settlements.length, "entry", "entries")} were settled`;
    return notDrawn("skips", `${all}: no entry was ever skipped`);
  }
  const entries = counted(skipped.length + settlements.length, "entry", "entries");
  const words = {
    id: "skips",
    title: `${count(skipped.length)} of ${entries} ${skipped.length === 1 ? "was" : "were"} skipped, most often for: ${most.reason} (${count(most.entries)})`,
    caption:
      "Entries of batches that were skipped, by reason. A skipped entry changes nothing, and may be settled later.",
  };
  return drawn(words, (size) => bars(values, { category: "reason", value: "entries", color: COLOR.withdrawn, size }));
}

/** Horizontal bars in the order given, each with its number at the end. */
export function bars(
  values: ({ label: string } & Record<string, string | number>)[],
  { category, value, color, size }: { category: string; value: string; color: string; size: Size },
): Spec {
  const longest = Math.max(...values.map(({ label }) => label.length));
  const most = Math.max(...values.map((row) => Number(row[value])));
  const width = WIDTHS[size];
  // Room for the number behind the longest bar.
  const room = 1 + (longest * 8 + 8) / (width - 160);
  return {
    height: values.length * 26,
    width,
    data: { values },
    encoding: {
      y: {
        field: category,
        type: "nominal",
        sort: null,
        title: null,
        axis: { labelColor: COLOR.ink, labelLimit: 200 },
      },
      x: { field: value, type: "quantitative", axis: null, scale: { domain: [0, most * room], nice: false } },
    },
    layer: [
      { mark: { type: "bar", color, height: { band: 0.62 } } },
      { mark: { type: "text", align: "left", dx: 6 }, encoding: { text: { field: "label" } } },
    ],
  };
}
