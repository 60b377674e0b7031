/**
 * One of the processes in which mutants meet the tests. It compiles a mutant in memory and lets the unit tests, loaded
 * once, deploy that code instead of the build's: no file is written, and no process is started for each mutant.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import hre from "hardhat";
import Mocha from "mocha";
import { forgetChains } from "../../../test/support/situation.ts";
import { type Build, type Compiled, compileWith, readBuild, withoutMetadata } from "./compiler.ts";
import type { Mutant } from "./generate.ts";
import { fingerprint } from "./known.ts";

/** What a worker is asked. */
export type Request =
  | { ask: "load"; testFiles: string[] }
  | { ask: "compile"; mutant: Pick<Mutant, "file">; content: string }
  | { ask: "test"; reachedFrom: string[]; likely: string[] };

/** What it answers: the titles of all tests; what code came out, if any; the test that failed, if one did. */
export interface Answers {
  load: { titles: string[] };
  compile: { code?: string };
  test: { killer?: string; timedOut?: boolean; tests: number };
}

/**
 * The tests say everything on both local chains. Mutants meet them on Osaka's rules only, which takes half the time; a
 * test that is about the other chain alone is about fees, not about the contract.
 */
const OTHER_CHAIN = /, on OP rules/;

let build: Build;
let mocha: Mocha;
const textOf = new Map<string, string>();
let deployed = new Map<string, Compiled>();

/** Lets every deployment take its code from `deployed`, where it is there. */
function overrideArtifacts(): void {
  const readArtifact = hre.artifacts.readArtifact.bind(hre.artifacts);
  hre.artifacts.readArtifact = (async (name: string) => ({
    ...(await readArtifact(name)),
    ...deployed.get(name),
  })) as typeof hre.artifacts.readArtifact;
}

async function load(testFiles: string[]): Promise<Answers["load"]> {
  build = await readBuild();
  overrideArtifacts();
  mocha = new Mocha({ bail: true, timeout: 60_000, reporter: class {} as unknown as Mocha.ReporterConstructor });
  mocha.cleanReferencesAfterRun(false);
  mocha.grep(OTHER_CHAIN).invert();
  for (const file of testFiles) {
    mocha.addFile(file);
    textOf.set(file, readFileSync(file, "utf8"));
  }
  await mocha.loadFilesAsync();
  const titles: string[] = [];
  mocha.suite.eachTest((test) => titles.push(test.fullTitle()));
  return { titles: titles.filter((title) => !OTHER_CHAIN.test(title)) };
}

function compile(file: string, content: string): Answers["compile"] {
  const compiled = compileWith(build.input, build.contractsWith(file), file, content);
  if (compiled === undefined) return {};
  deployed = compiled;
  return { code: fingerprint([...compiled].map(([name, code]) => [name, withoutMetadata(code)])) };
}

async function test(reachedFrom: string[], likely: string[]): Promise<Answers["test"]> {
  forgetChains();
  arrange(reachedFrom, likely);
  let failed: { test: Mocha.Test; error: unknown } | undefined;
  let tests = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", () => (tests += 1))
      .on("fail", (test, error: unknown) => (failed ??= { test, error }));
  });
  if (failed === undefined) return { tests };
  const timedOut = (failed.error as { code?: string }).code === "ERR_MOCHA_TIMEOUT";
  return { killer: failed.test.fullTitle(), timedOut, tests: tests + 1 };
}

/**
 * Brings the tests that will see a change to the front: first those that noticed other changes to the same function,
 * then the files that speak most of the functions through which it is reached.
 */
function arrange(reachedFrom: string[], likely: string[]): void {
  const order = new Map(likely.map((title, index) => [title, index]));
  const words = reachedFrom.map((name) => new RegExp(`\\b${name}\\b`, "g"));
  const ranks = new Map<Mocha.Suite, number>();

  function rankOf(suite: Mocha.Suite): number {
    const own = suite.tests.map((test) => order.get(test.fullTitle()) ?? Number.POSITIVE_INFINITY);
    const rank = Math.min(...own, ...suite.suites.map(rankOf));
    ranks.set(suite, rank);
    return rank;
  }
  function mentions(suite: Mocha.Suite): number {
    const text = textOf.get(suite.file ?? "") ?? "";
    return words.reduce((sum, word) => sum + (text.match(word)?.length ?? 0), 0);
  }
  function sort(suite: Mocha.Suite): void {
    suite.suites.sort((a, b) => compare(ranks.get(a) ?? 0, ranks.get(b) ?? 0) || mentions(b) - mentions(a));
    suite.suites.forEach(sort);
  }
  rankOf(mocha.suite);
  sort(mocha.suite);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

async function answer(request: Request): Promise<Answers[Request["ask"]]> {
  switch (request.ask) {
    case "load":
      return load(request.testFiles);
    case "compile":
      return compile(request.mutant.file, request.content);
    case "test":
      return test(request.reachedFrom, request.likely);
  }
}

// What a test left running when another part of it failed concerns nobody any more.
process.on("unhandledRejection", () => undefined);

// Whoever asked is gone.
process.on("disconnect", () => process.exit());

process.on("message", async (request: Request) => {
  try {
    process.send?.({ answer: await answer(request) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
