/**
 * Adds up what the invariant tests have really reached: each run appends its counts to a file, one line of JSON. A
 * situation that no run has met shows that the suite says nothing about it, and that is a failure.
 */
import { readLines } from "../jsonLines.ts";

/** How often each situation was met, in the order of test/invariant/Reach.sol. */
export type Reach = ReadonlyMap<string, number>;

/** Where the runs of `npm test` leave their counts, seen from the project's root; the handler's own default. */
export const QUICK_REPORT = "cache/invariants/quick.jsonl";

/** Adds up the runs in these files. */
export function readReach(files: readonly string[]): Reach {
  const sum = new Map<string, number>();
  for (const line of files.flatMap(linesOf)) {
    for (const [situation, count] of Object.entries(JSON.parse(line) as Record<string, number>)) {
      sum.set(situation, (sum.get(situation) ?? 0) + count);
    }
  }
  return sum;
}

/** How many runs have ended so far. */
export function countRuns(files: readonly string[]): number {
  return files.flatMap(linesOf).length;
}

/** The situations that were never met. */
export function notReached(reach: Reach): string[] {
  return [...reach].filter(([, count]) => count === 0).map(([situation]) => situation);
}

/** What to say of a suite's reach in one line; `undefined` if it has met everything. */
export function reachProblem(reach: Reach): string | undefined {
  if (reach.size === 0) return "The invariant tests left no report of what they reached.";
  const missing = notReached(reach);
  return missing.length === 0 ? undefined : `The invariant tests never reached: ${missing.join(", ")}.`;
}

function linesOf(file: string): string[] {
  // The runner plays the last run twice, the second time for its logs.
  return readLines(file).filter((line, i, lines) => i === 0 || i !== lines.length - 1 || line !== lines[i - 1]);
}
