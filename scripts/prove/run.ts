/** Runs proof files, two at a time, and judges each. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { Verdict } from "./worker.ts";

export type Solver = "soljson" | "z3";

export interface Result {
  property: string;
  solver: Solver;
  seconds: number;
  passed: boolean;
  /** In words: "proved", "LOST", … */
  outcome: string;
}

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
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
  if (verdict !== undefined && verdict.errors.length > 0) {
    return { passed: false, outcome: `does not compile: ${verdict.errors[0]?.trim().split("\n")[0]}` };
  }
  if (property === FALSE_ON_PURPOSE) {
    // It must be looked at: a file that was cut short has refuted nothing.
    if (verdict === undefined || verdict.asserts === 0) return { passed: false, outcome: "no answer" };
    return verdict.proved === 0
      ? { passed: true, outcome: "not provable, as it must be" }
      : { passed: false, outcome: "PROVED, so nothing here counts" };
  }
  if (verdict === undefined) return { passed: false, outcome: "LOST (no answer in time)" };
  if (verdict.asserts === 0) return { passed: false, outcome: "LOST (nothing to prove)" };
  const whole = verdict.proved === verdict.asserts;
  return { passed: whole, outcome: whole ? "proved" : `LOST (${verdict.proved} of ${verdict.asserts} asserts)` };
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
