/** Shows how far the mutants are: one line on stderr that is written over and over; in a log, one every now and then. */
import process from "node:process";
import type { MutantResult, Outcome } from "./known.ts";

export function showProgress(total: number): (done: number, results: readonly MutantResult[]) => void {
  const { isTTY } = process.stderr;
  let tried = 0;
  let since: number | undefined;
  let shown = 0;
  return (done, results) => {
    const now = performance.now();
    // What was known already came at once and says nothing about the rest.
    since ??= now;
    if (now - since < 1_000) tried = done;
    if (!isTTY && now - shown < 15_000 && done < total) return;
    shown = now;
    const count = (wanted: Outcome) => results.filter(({ outcome }) => outcome === wanted).length;
    const perMutant = (now - since) / Math.max(1, done - tried);
    const left = done > tried ? `, ${Math.ceil(((total - done) * perMutant) / 60_000)} min left` : "";
    const killed = count("killed") + count("timeout");
    const text = `${done} of ${total} mutants: ${killed} killed, ${count("survived")} survived${left}`;
    process.stderr.write(isTTY ? `\r${text.padEnd(79)}${done === total ? "\n" : ""}` : `${text}\n`);
  };
}
