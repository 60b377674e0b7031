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
export function byRule(violations: Iterable<Violation>, most: number): OfOneRule[] {
  const rules = new Map<string, OfOneRule>();
  for (const violation of violations) {
    const { rule } = violation;
    const its = rules.get(rule) ?? { rule, shown: [], left: 0 };
    rules.set(rule, its);
    if (its.shown.length < most) its.shown.push(violation);
    else its.left++;
  }
  return [...rules.values()];
}
