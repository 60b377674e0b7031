/** Says in a line what a verdict rests on. */
import { count } from "../../words.ts";
import type { Basis, Reach } from "../types.ts";

const WORDS: Record<Basis, string> = {
  proved: "proved",
  agreed: "agreed by several endpoints",
  believed: "believed from one endpoint",
  unchecked: "not checked",
};

export function basisText(basis: Basis): string {
  return basis === "unchecked" ? "not checked" : basis;
}

/** "6 kinds of facts that are proved, 3 believed from one endpoint" */
export function reachText(reach: readonly Reach[]): string {
  const parts = (Object.keys(WORDS) as Basis[]).flatMap((basis) => {
    const its = reach.filter((one) => one.basis === basis).length;
    return its === 0 ? [] : [`${count(its)} ${WORDS[basis]}`];
  });
  return `${count(reach.length)} kinds of facts: ${parts.join(", ")}`;
}
