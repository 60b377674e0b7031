/** Why entries were passed over. */
import type { Refusal } from "@luxxon/contracts-abi";
import { count, counted } from "../../../words.ts";
import type { Audit } from "../../types.ts";
import { REASONS } from "../reasons.ts";
import { bars } from "./bars.ts";
import { type Chart, COLOR, drawn, notDrawn } from "./draw.ts";

export async function skipsChart({ skipped, settlements }: Audit): Promise<Chart> {
  const byReason = new Map<Refusal, number>();
  for (const { reason } of skipped) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const values = [...byReason]
    .map(([reason, entries]) => ({ key: reason, name: REASONS[reason], value: entries, label: count(entries) }))
    .sort((one, other) => other.value - one.value);
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
    title: `${count(skipped.length)} of ${entries} ${skipped.length === 1 ? "was" : "were"} skipped, most often for: ${most.name} (${count(most.value)})`,
    caption:
      "Entries of batches that were skipped, by reason. A skipped entry changes nothing, and may be settled later.",
  };
  return drawn(words, (size) => bars(values, COLOR.withdrawn, size));
}
