/** Lets every mutant meet the tests: what is known already comes first, and every result is kept at once. */
import { fingerprint } from "../fingerprint.ts";
import { atOnce, OutOfTime, Worker } from "../workers.ts";
import type { Build } from "./compiler.ts";
import { type Mutant, mutate } from "./generate.ts";
import type { KnownResults, MutantResult, Outcome } from "./known.ts";
import type { UnitTests } from "./unitTests.ts";

const TESTS = new URL("unitTests.ts", import.meta.url);
/** Seconds that the tests may take to load. */
const LOADING = 120;
/** The whole suite takes half a minute; a mutant that takes ten times as long will not end. */
const PATIENCE = 300;

export interface TryOptions {
  build: Build;
  mutants: Mutant[];
  testFiles: string[];
  /** A fingerprint of everything that the tests are made of. */
  tests: string;
  known: KnownResults;
  workers: number;
  onResult(results: readonly MutantResult[]): void;
}

/** The contracts as they stand. */
function fingerprintOf({ sources }: Build): string {
  return fingerprint(sources.map(({ file, text }) => [file, text]));
}

/** What earlier runs found of these contracts, and nothing new. */
export function resultsSoFar(build: Build, mutants: Mutant[], known: KnownResults): MutantResult[] {
  const source = fingerprintOf(build);
  return mutants.flatMap(({ id }) => known.ofMutant(id, source) ?? []);
}

/** @throws {Error} if the tests fail without a mutant: then they could say nothing about one. */
export async function tryMutants(options: TryOptions): Promise<MutantResult[]> {
  const { build, mutants, testFiles, tests, known, onResult } = options;
  const source = fingerprintOf(build);
  const textOf = new Map(build.sources.map(({ file, text }) => [file, text]));
  const results: MutantResult[] = [];
  /** Tests that noticed a change to the same function, the latest first. */
  const killersOf = new Map<string, string[]>();
  /** What each file compiles to without a mutant. */
  const originals = new Map<string, string>();
  const workers = Array.from({ length: options.workers }, () => new Worker<UnitTests>(TESTS));

  try {
    // The list of tests is known only to who has loaded them.
    const [titles = []] = await Promise.all(workers.map((worker) => worker.ask("load", testFiles, LOADING)));
    const existing = new Set(titles);

    const isBelieved = ({ outcome, killer, tests: then }: MutantResult): boolean =>
      outcome === "survived" ? then === tests : killer === undefined || existing.has(killer);

    function keep({ scope }: Mutant, result: MutantResult): void {
      results.push(result);
      if (result.killer !== undefined) {
        const others = (killersOf.get(scope) ?? []).filter((title) => title !== result.killer);
        killersOf.set(scope, [result.killer, ...others]);
      }
      onResult(results);
    }

    const open = mutants.filter((mutant) => {
      const result = known.ofMutant(mutant.id, source);
      if (result === undefined || !isBelieved(result)) return true;
      keep(mutant, result);
      return false;
    });
    for (const file of new Set(open.map(({ file }) => file))) await tryOriginal(workers[0] as Worker<UnitTests>, file);

    await atOnce(workers.length, open, async (mutant, lane) => {
      const result = await tryOne(mutant, lane);
      known.add(result);
      keep(mutant, result);
    });
    return results;

    async function tryOne(mutant: Mutant, lane: number): Promise<MutantResult> {
      const worker = workers[lane] as Worker<UnitTests>;
      const finished = clock();
      const { id, file, reachedFrom, scope } = mutant;
      const result = (outcome: Outcome, code: string, killer?: string): MutantResult => {
        return { id, outcome, ...(killer === undefined ? {} : { killer }), seconds: finished(), source, code, tests };
      };
      const content = mutate({ text: textOf.get(file) ?? "" }, mutant);
      const code = await worker.ask("compile", { file, content }, PATIENCE);
      if (code === undefined) return result("rejected", "");
      if (code === originals.get(file)) return result("same", code);
      const twin = known.ofCode(code);
      if (twin !== undefined && isBelieved(twin)) return result(twin.outcome, code, twin.killer);
      try {
        const failed = await worker.ask("test", { reachedFrom, likely: killersOf.get(scope) ?? [] }, PATIENCE);
        if (failed === undefined) return result("survived", code);
        return result(failed.timedOut ? "timeout" : "killed", code, failed.killer);
      } catch (error) {
        if (!(error instanceof OutOfTime)) throw error;
        worker.stop();
        workers[lane] = new Worker(TESTS);
        await workers[lane].ask("load", testFiles, LOADING);
        return result("timeout", code);
      }
    }
  } finally {
    for (const worker of workers) worker.stop();
  }

  /** The tests must pass on what a file compiles to without a mutant. */
  async function tryOriginal(worker: Worker<UnitTests>, file: string): Promise<void> {
    const finished = clock();
    // Another comment is another metadata hash, so that this code is as new to the local chain as a mutant's.
    const content = `${textOf.get(file)}\n// as it is\n`;
    const code = await worker.ask("compile", { file, content }, PATIENCE);
    if (code === undefined) throw new Error(`${file} does not compile`);
    originals.set(file, code);
    const id = `original ${file}`;
    const before = known.ofMutant(id, source);
    if (before?.outcome === "survived" && before.tests === tests) return;
    const failed = await worker.ask("test", { reachedFrom: [], likely: [] }, PATIENCE);
    if (failed !== undefined) throw new Error(`the tests fail without a mutant: ${failed.killer}`);
    known.add({ id, outcome: "survived", seconds: finished(), source, code, tests });
  }
}

/** Starts a watch; what it returns reads the seconds. */
function clock(): () => number {
  const started = performance.now();
  return () => Math.round((performance.now() - started) / 100) / 10;
}
