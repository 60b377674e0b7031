/** What came of the mutants, for people and for machines. */

import { KINDS, type Kind, type Mutant } from "./generate.ts";
import type { Outcome, Result } from "./known.ts";

/** Why no test can notice a mutant, by the mutant's id. */
export type Equivalents = Record<string, string>;

export interface Report {
  /** How many there are of each kind, by what came of them. */
  byKind: Record<string, Counts>;
  all: Counts;
  /** Killed, of those that are not equivalent; undefined if none was tried. */
  score: number | undefined;
  survivors: Mutant[];
  /** Ids in the list of equivalent mutants that do not belong there, and why. */
  wrong: Record<string, string>;
}

export type Counts = Record<"made" | "killed" | "timeout" | "equivalent" | "survived" | "same" | "rejected", number>;

/** @param every All mutants of the contracts, also those that were not tried. */
export function reportOn(every: Mutant[], results: readonly Result[], equivalents: Equivalents): Report {
  const mutantOf = new Map(every.map((mutant) => [mutant.id, mutant]));
  const byKind: Record<string, Counts> = {};
  const all = noCounts();
  const survivors: Mutant[] = [];
  const wrong: Record<string, string> = {};
  for (const id of Object.keys(equivalents)) if (!mutantOf.has(id)) wrong[id] = "there is no such mutant";
  for (const { id, outcome, killer } of results) {
    const mutant = mutantOf.get(id);
    if (mutant === undefined) continue;
    const isListed = equivalents[id] !== undefined;
    if (isListed && outcome !== "survived") wrong[id] = wrongBecause(outcome, killer);
    const as = outcome === "survived" && isListed ? "equivalent" : outcome;
    if (as === "survived") survivors.push(mutant);
    byKind[mutant.kind] ??= noCounts();
    for (const counts of [byKind[mutant.kind] as Counts, all]) {
      counts.made += 1;
      counts[as] += 1;
    }
  }
  const killed = all.killed + all.timeout;
  const noticeable = killed + all.survived;
  return { byKind, all, score: noticeable === 0 ? undefined : killed / noticeable, survivors, wrong };
}

export function table({ byKind, all }: Report): string {
  const columns: (keyof Counts)[] = ["made", "killed", "timeout", "equivalent", "survived", "same", "rejected"];
  const kinds = Object.keys(KINDS).filter((kind) => byKind[kind] !== undefined) as Kind[];
  const rows = [
    ["kind", ...columns],
    ...kinds.map((kind) => [kind, ...columns.map((column) => String(byKind[kind]?.[column]))]),
    ["all", ...columns.map((column) => String(all[column]))],
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}

/** A mutant as one line. */
export function line({ id, file, line, original, replacement }: Mutant): string {
  const short = (text: string) => {
    const flat = text.replaceAll(/\s+/g, " ").trim();
    return flat === "" ? "nothing" : flat.length > 60 ? `${flat.slice(0, 57)}...` : flat;
  };
  return `${id}  ${file}:${line}  ${short(original)}  →  ${short(replacement)}`;
}

function wrongBecause(outcome: Outcome, killer: string | undefined): string {
  if (outcome === "same") return "the compiler finds it equivalent by itself";
  if (outcome === "rejected") return "it does not compile";
  return `a test notices it: ${killer ?? "none ends"}`;
}

function noCounts(): Counts {
  return { made: 0, killed: 0, timeout: 0, equivalent: 0, survived: 0, same: 0, rejected: 0 };
}
