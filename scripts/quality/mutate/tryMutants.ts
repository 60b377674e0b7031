/** Lets every mutant meet the tests: two workers, what is known already first, and every result kept at once. */

import { OutOfTime, Worker } from "../workers.ts";
import type { Build } from "./compiler.ts";
import { type Mutant, mutate } from "./generate.ts";
import { type Cache, fingerprint, type Outcome, type Result } from "./known.ts";

/** The whole suite takes half a minute; a mutant that takes ten times as long will not end. */
const PATIENCE = 300;

export interface RunOptions {
  build: Build;
  mutants: Mutant[];
  testFiles: string[];
  /** A fingerprint of everything under `test/`. */
  tests: string;
  cache: Cache;
  workers: number;
  onProgress(done: number, results: readonly Result[]): void;
}

/** The contracts as they stand. */
function fingerprintOf({ sources }: Build): string {
  return fingerprint(sources.map(({ file, text }) => [file, text]));
}

/** What earlier runs found of these contracts, and nothing new. */
export function knownResults(build: Build, mutants: Mutant[], cache: Cache): Result[] {
  const source = fingerprintOf(build);
  return mutants.flatMap(({ id }) => cache.ofMutant(id, source) ?? []);
}

/** @throws {Error} if the tests fail without a mutant: then they could say nothing about one. */
export async function runMutants(options: RunOptions): Promise<Result[]> {
  const { build, mutants, testFiles, tests, cache, onProgress } = options;
  const source = fingerprintOf(build);
  const textOf = new Map(build.sources.map((one) => [one.file, one]));
  const workers = Array.from({ length: options.workers }, () => new Worker(testFiles));
  const results: Result[] = [];
  /** Tests that noticed a change to the same function, the latest first. */
  const killersOf = new Map<string, string[]>();

  try {
    // The list of tests is known only to who has loaded them.
    const [titles = []] = await Promise.all(workers.map((worker) => worker.start()));
    const existing = new Set(titles);

    const isBelieved = ({ outcome, killer, tests: then }: Result): boolean =>
      outcome === "survived" ? then === tests : killer === undefined || existing.has(killer);

    function known(mutant: Mutant): Result | undefined {
      const result = cache.ofMutant(mutant.id, source);
      return result !== undefined && isBelieved(result) ? result : undefined;
    }

    function keep(mutant: Mutant, result: Result): void {
      results.push(result);
      if (result.killer !== undefined) {
        const others = (killersOf.get(mutant.scope) ?? []).filter((title) => title !== result.killer);
        killersOf.set(mutant.scope, [result.killer, ...others]);
      }
      onProgress(results.length, results);
    }

    const open = mutants.filter((mutant) => {
      const result = known(mutant);
      if (result !== undefined) keep(mutant, result);
      return result === undefined;
    });
    if (open.length === 0) return results;

    const originals = await originalCodes(workers[0] as Worker, [...new Set(open.map(({ file }) => file))]);

    async function tryOne(worker: Worker, mutant: Mutant): Promise<void> {
      const started = performance.now();
      const { id, file, reachedFrom, scope } = mutant;
      function finish(outcome: Outcome, code: string, killer?: string): void {
        const seconds = Math.round((performance.now() - started) / 100) / 10;
        const result = { id, outcome, ...(killer === undefined ? {} : { killer }), seconds, source, code, tests };
        cache.add(result);
        keep(mutant, result);
      }
      const content = mutate(textOf.get(file) as { text: string }, mutant);
      const { code } = await worker.ask({ ask: "compile", mutant: { file }, content }, PATIENCE);
      if (code === undefined) return finish("rejected", "");
      if (code === originals.get(file)) return finish("same", code);
      const twin = cache.ofCode(code);
      if (twin !== undefined && isBelieved(twin)) return finish(twin.outcome, code, twin.killer);
      try {
        const likely = killersOf.get(scope) ?? [];
        const { killer, timedOut } = await worker.ask({ ask: "test", reachedFrom, likely }, PATIENCE);
        return finish(killer === undefined ? "survived" : timedOut ? "timeout" : "killed", code, killer);
      } catch (error) {
        if (!(error instanceof OutOfTime)) throw error;
        worker.stop();
        await worker.start();
        return finish("timeout", code);
      }
    }

    await Promise.all(
      workers.map(async (worker) => {
        for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) await tryOne(worker, mutant);
      }),
    );
    return results;
  } finally {
    for (const worker of workers) worker.stop();
  }

  /** What each file compiles to without a mutant; and the tests must pass on it. */
  async function originalCodes(worker: Worker, files: string[]): Promise<Map<string, string>> {
    const codes = new Map<string, string>();
    for (const file of files) {
      // Another comment is another metadata hash, so that this code is as new to the local chain as a mutant's.
      const content = `${textOf.get(file)?.text}\n// as it is\n`;
      const { code } = await worker.ask({ ask: "compile", mutant: { file }, content }, PATIENCE);
      if (code === undefined) throw new Error(`${file} does not compile`);
      codes.set(file, code);
      const id = `original ${file}`;
      const before = cache.ofMutant(id, source);
      if (before?.outcome === "survived" && before.tests === tests) continue;
      const started = performance.now();
      const { killer } = await worker.ask({ ask: "test", reachedFrom: [], likely: [] }, PATIENCE);
      if (killer !== undefined) throw new Error(`the tests fail without a mutant: ${killer}`);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      cache.add({ id, outcome: "survived", seconds, source, code, tests });
    }
    return codes;
  }
}
