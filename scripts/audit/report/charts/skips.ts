/** Shows why entries were skipped. */
import type { Refusal } from "@luxxon/contracts-abi";
import { count, counted } from "../../../words.ts";
import type { Audit } from "../../types.ts";
import { REFUSALS } from "../refusals.ts";
import { bars } from "./bars.ts";
import { type Chart, COLOR } from "./draw.ts";

export function skipsChart({ skipped, settlements }: Audit): Chart {
  const byReason = new Map<Refusal, number>();
  for (const { reason } of skipped) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const values = [...byReason]
    .map(([reason, entries]) => ({ key: reason, name: REFUSALS[reason], value: entries, label: count(entries) }))
    .sort((one, other) => other.value - one.value);
  const [most] = values;
  if (most === undefined) {
    const all =
      settlements.length === 0
        ? "Nothing was submitted"
        : `All ${counted(settlements.length, "entry", "entries")} were settled`;
    return { id: "skips", title: `${all}: no entry was ever skipped` };
  }
  const entries = counted(skipped.length + settlements.length, "entry", "entries");
  return {
    id: "skips",
    title: `${count(skipped.length)} of ${entries} ${skipped.length === 1 ? "was" : "were"} skipped, most often for: ${most.name} (${count(most.value)})`,
    caption:
      "Entries of batches that were skipped, by reason. A skipped entry changes nothing, and may be settled later.",
    spec: (size) => bars(values, COLOR.withdrawn, size),
  };
}
