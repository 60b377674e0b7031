/** What is known from earlier runs, one line of JSON for each mutant that was tried, so that a run can go on. */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * - `rejected`: the compiler does not take it
 * - `same`: it compiles to the very code of the original
 * - `killed`: a test fails; `timeout`: a test, or the whole run, does not end
 * - `survived`: no test fails
 */
export type Outcome = "rejected" | "same" | "killed" | "timeout" | "survived";

export interface Result {
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

export class Cache {
  readonly #path: string;
  readonly #byId = new Map<string, Result>();
  readonly #byCode = new Map<string, Result>();

  constructor(path: string, { fresh = false } = {}) {
    this.#path = path;
    if (fresh) rmSync(path, { force: true });
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      // A run that was stopped may have left half a line.
      if (line.endsWith("}")) this.#know(JSON.parse(line) as Result);
    }
  }

  add(result: Result): void {
    this.#know(result);
    mkdirSync(dirname(this.#path), { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify(result)}\n`);
  }

  /** What was said of this mutant of exactly these contracts. */
  ofMutant(id: string, source: string): Result | undefined {
    const result = this.#byId.get(id);
    return result?.source === source ? result : undefined;
  }

  /** What was said of this code, whatever it was made from. */
  ofCode(code: string): Result | undefined {
    return this.#byCode.get(code);
  }

  #know(result: Result): void {
    this.#byId.set(result.id, result);
    this.#byCode.set(result.code, result);
  }
}

/** A short name for anything, the same for the same. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
