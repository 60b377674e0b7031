/** Counts what came of the mutants, and puts it into words. */
import { columns } from "../../words.ts";
import { KINDS, type Mutant } from "./generate.ts";
import type { MutantResult, Outcome } from "./known.ts";

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
export function reportOn(every: Mutant[], results: readonly MutantResult[], equivalents: Equivalents): Report {
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
  const outcomes = Object.keys(all) as (keyof Counts)[];
  const row = (name: string, counts: Counts) => [name, ...outcomes.map((outcome) => String(counts[outcome]))];
  const kinds = Object.keys(KINDS).flatMap((kind) => (byKind[kind] === undefined ? [] : [row(kind, byKind[kind])]));
  return columns([["kind", ...outcomes], ...kinds, row("all", all)]);
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
  // In the order of the table's columns.
  return { made: 0, killed: 0, timeout: 0, equivalent: 0, survived: 0, same: 0, rejected: 0 };
}

/** How far a run has come. */
export function tally(results: readonly MutantResult[], all: number): string {
  const count = (...wanted: Outcome[]) => results.filter(({ outcome }) => wanted.includes(outcome)).length;
  return `${results.length} of ${all}: ${count("killed", "timeout")} killed, ${count("survived")} survived`;
}

/** @param started When this run began, in milliseconds. */
export function legend(results: readonly MutantResult[], started: number): string {
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const work = (results.reduce((sum, { seconds }) => sum + seconds, 0) / 60).toFixed(1);
  return [
    "timeout: killed, since a test or the run did not end; equivalent: see test/quality/mutation/equivalent.json;",
    "same: the compiler makes the original's code of it; rejected: it does not compile.",
    `${minutes} minutes now; ${work} minutes of work in all, with what is known from earlier runs.`,
  ].join("\n");
}
