/** Proves one file after another, two at a time, and judges what the checker says of each. */
import { basename } from "node:path";
import { atOnce, Worker } from "../workers.ts";
import type { Checker, Question, Solver, Verdict } from "./askChecker.ts";

export interface ProofResult {
  property: string;
  solver: Solver;
  seconds: number;
  passed: boolean;
  /** In words: "proved", "LOST", … */
  outcome: string;
  /** The values that break an assert, in the checker's words. */
  counterexample?: string;
}

const CHECKER = new URL("askChecker.ts", import.meta.url);
const AT_ONCE = 2;
/** The file whose assertion must not be provable: if it were, a contradiction would prove everything. */
export const FALSE_ON_PURPOSE = "MustNotBeProvable";

/** @param timeout Seconds for each. */
export async function proveAll(
  jobs: Pick<Question, "file" | "solver">[],
  root: string,
  timeout: number,
  done: (result: ProofResult) => void = () => undefined,
): Promise<ProofResult[]> {
  const results: ProofResult[] = [];
  await atOnce(AT_ONCE, [...jobs.entries()], async ([at, { file, solver }]) => {
    const started = Date.now();
    const property = basename(file, ".sol");
    const verdict = await ask({ file, root, solver, seconds: timeout });
    const seconds = (Date.now() - started) / 1000;
    const { counterexample } = verdict ?? {};
    const result = {
      property,
      solver,
      seconds,
      ...judge(property, verdict),
      ...(counterexample === undefined ? {} : { counterexample }),
    };
    results[at] = result;
    done(result);
  });
  return results;
}

/** A process for each file, because nothing inside can stop z3. */
async function ask(question: Question): Promise<Verdict | undefined> {
  const checker = new Worker<Checker>(CHECKER);
  try {
    return await checker.ask("prove", question, question.seconds);
  } catch {
    return undefined;
  } finally {
    checker.stop();
  }
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
