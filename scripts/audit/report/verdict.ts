/** Says in a sentence what an audit comes to. */

import { counted } from "../../words.ts";
import type { Audit } from "../types.ts";
import { belowMeter, belowMeterText } from "./belowMeter.ts";

export interface Verdict {
  /** `none`: there was nothing to judge. */
  tone: "good" | "bad" | "none";
  mark: "✓" | "✗" | "–";
  title: string;
  detail: string;
}

export function verdictOf({ rules, violations, settlements, skipped, movements }: Audit): Verdict {
  const checks = rules.reduce((sum, { checked }) => sum + checked, 0);
  const idle = rules.filter(({ checked }) => checked === 0).map(({ id }) => id);
  const held = `${counted(checks, "check")} of ${counted(rules.length, "rule")}`;
  const below = belowMeterText(belowMeter(settlements));
  const settled = `${counted(settlements.length, "session")} settled, ${counted(skipped.length, "entry", "entries")} skipped, ${counted(movements.length, "other movement")} of money.`;
  const seen = below === undefined ? settled : `${settled} ${below}`;
  if (violations.length !== 0) {
    const broken = new Set(Iterator.from(violations).map(({ rule }) => rule));
    const title = `${counted(violations.length, "violation")} of ${counted(broken.size, "rule")} (${[...broken].join(", ")})`;
    return { tone: "bad", mark: "✗", title, detail: `${held} were made. ${seen}` };
  }
  if (checks === 0) return { tone: "none", mark: "–", title: "There was nothing to check", detail: seen };
  const nothing = idle.length === 0 ? "" : ` Nothing was there for ${idle.join(", ")} to check.`;
  return {
    tone: "good",
    mark: "✓",
    title: uncheckedText(rules) ?? "Everything adds up",
    detail: `${held} were made, and none failed.${nothing} ${seen}`,
  };
}

/** Undefined: every rule was held against everything that it concerns. */
function uncheckedText(rules: Audit["rules"]): string | undefined {
  const some = rules.filter(({ unchecked }) => unchecked > 0);
  const most = Math.max(0, ...some.map(({ unchecked }) => unchecked));
  if (most === 0) return undefined;
  return `Everything that was checked adds up; not checked: ${some.map(({ id }) => id).join(", ")} in ${counted(most, "transaction")}`;
}
