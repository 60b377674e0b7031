/** Sorts violations by rule, and shows only so many of each: one cause can show in a thousand sessions. */
import type { Violation } from "../types.ts";

export interface OfOneRule {
  rule: string;
  /** The first of them. */
  shown: Violation[];
  /** How many more there are. */
  left: number;
}

/** In the order in which the rules first appear. */
export function byRule(violations: readonly Violation[], most: number): OfOneRule[] {
  const rules = [...new Set(violations.map(({ rule }) => rule))];
  return rules.map((rule) => {
    const ofRule = violations.filter((one) => one.rule === rule);
    return { rule, shown: ofRule.slice(0, most), left: Math.max(0, ofRule.length - most) };
  });
}
