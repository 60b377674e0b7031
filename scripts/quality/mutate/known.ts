/** Keeps what was found of mutants, one line of JSON each, so that a run can go on where another was stopped. */
import { rmSync } from "node:fs";
import { addLine, readLines } from "../jsonLines.ts";

/**
 * - `rejected`: the compiler does not take it
 * - `same`: it compiles to the very code of the original
 * - `killed`: a test fails; `timeout`: a test, or the whole run, does not end
 * - `survived`: no test fails
 */
export type Outcome = "rejected" | "same" | "killed" | "timeout" | "survived";

export interface MutantResult {
  id: string;
  outcome: Outcome;
  /** The test that failed. */
  killer?: string;
  /** Seconds that it took. */
  seconds: number;
  /** Fingerprints of the contracts, of the code that came out, and of the tests. */
  source: string;
  code: string;
  tests: string;
}

export class KnownResults {
  readonly #path: string;
  readonly #byId = new Map<string, MutantResult>();
  readonly #byCode = new Map<string, MutantResult>();

  constructor(path: string, { fresh = false } = {}) {
    this.#path = path;
    if (fresh) rmSync(path, { force: true });
    for (const line of readLines(path)) this.#know(JSON.parse(line) as MutantResult);
  }

  add(result: MutantResult): void {
    this.#know(result);
    addLine(this.#path, result);
  }

  /** What was said of this mutant of exactly these contracts. */
  ofMutant(id: string, source: string): MutantResult | undefined {
    const result = this.#byId.get(id);
    return result?.source === source ? result : undefined;
  }

  /** What was said of this code, whatever it was made from. */
  ofCode(code: string): MutantResult | undefined {
    return this.#byCode.get(code);
  }

  #know(result: MutantResult): void {
    this.#byId.set(result.id, result);
    this.#byCode.set(result.code, result);
  }
}
