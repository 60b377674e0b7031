/** Runs proof files, two at a time, and judges each. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Verdict } from "./askChecker.ts";

export type Solver = "soljson" | "z3";

export interface Result {
  property: string;
  solver: Solver;
  seconds: number;
  passed: boolean;
  /** In words: "proved", "LOST", … */
  outcome: string;
  /** The values that break an assert, in the checker's words. */
  counterexample?: string;
}

const WORKER = fileURLToPath(new URL("askChecker.ts", import.meta.url));
const AT_ONCE = 2;
/** The file whose assertion must not be provable: if it were, a contradiction would prove everything. */
export const FALSE_ON_PURPOSE = "MustNotBeProvable";

export async function proveAll(
  jobs: { file: string; solver: Solver }[],
  root: string,
  timeout: number,
  done: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at];
      if (job === undefined) continue;
      const started = Date.now();
      const property = basename(job.file, ".sol");
      const verdict = await ask(job.file, root, job.solver, timeout);
      const result = {
        property,
        solver: job.solver,
        seconds: (Date.now() - started) / 1000,
        ...judge(property, verdict),
        ...(verdict?.counterexample === undefined ? {} : { counterexample: verdict.counterexample }),
      };
      results[at] = result;
      done(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

/** @param verdict Undefined if the time was up or the process died. */
export function judge(property: string, verdict: Verdict | undefined): { passed: boolean; outcome: string } {
  const lost = (why: string) => ({ passed: false, outcome: `LOST (${why})` });
  if (verdict === undefined) return lost("no answer in time");
  const { asserts, proved, refuted, reached, errors } = verdict;
  if (errors.length > 0) {
    return { passed: false, outcome: `does not compile: ${errors[0]?.trim().split("\n")[0]}` };
  }
  if (asserts === 0) return lost("nothing to prove");
  if (property === FALSE_ON_PURPOSE) {
    // Silence of the solver is not enough: it must have found the values that break it.
    if (refuted === asserts) return { passed: true, outcome: "refuted, as it must be" };
    if (proved > 0) return { passed: false, outcome: "PROVED, so nothing here counts" };
    return { passed: false, outcome: "not refuted, so nothing here counts" };
  }
  if (refuted > 0) return lost(`${refuted} of ${asserts} asserts refuted`);
  if (proved < asserts) return lost(`${asserts - proved} of ${asserts} asserts without an answer`);
  if (reached < asserts)
    return { passed: false, outcome: `VACUOUS (${reached} of ${asserts} asserts shown to be reached)` };
  return { passed: true, outcome: "proved" };
}

function ask(file: string, root: string, solver: Solver, timeout: number): Promise<Verdict | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [WORKER, file, root, solver, String(timeout)], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: timeout * 1000,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code === 0 ? (JSON.parse(output) as Verdict) : undefined));
  });
}
