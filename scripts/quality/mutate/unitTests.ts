/**
 * Lets a mutant meet the unit tests. It is compiled in memory, and the tests, loaded once, deploy that code instead of the
 * build's: no file is written, and no process is started for each mutant.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import hre from "hardhat";
import Mocha from "mocha";
import { forgetChains } from "../../../test/support/situation.ts";
import { fingerprint } from "../fingerprint.ts";
import { answerQuestions } from "../workers.ts";
import { type Build, type Code, compileWith, readBuild, withoutMetadata } from "./compiler.ts";

/**
 * The tests say everything on both local chains. Mutants meet them on Osaka's rules only, which takes half the time; a
 * test that is about the other chain alone is about fees, not about the contract.
 */
const OTHER_CHAIN = /, on OP rules/;

let build: Build;
let mocha: Mocha;
const textOf = new Map<string, string>();
let deployed = new Map<string, Code>();

/** Lets every deployment take its code from `deployed`, where it is there. */
function overrideArtifacts(): void {
  const readArtifact = hre.artifacts.readArtifact.bind(hre.artifacts);
  hre.artifacts.readArtifact = (async (name: string) => ({
    ...(await readArtifact(name)),
    ...deployed.get(name),
  })) as typeof hre.artifacts.readArtifact;
}

/** @returns The titles of all tests. */
async function load(testFiles: string[]): Promise<string[]> {
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
  return titles.filter((title) => !OTHER_CHAIN.test(title));
}

/** @returns A fingerprint of the code that came out; none if the compiler does not take it. */
function compile({ file, content }: { file: string; content: string }): string | undefined {
  const compiled = compileWith(build.input, build.contractsWith(file), file, content);
  if (compiled === undefined) return undefined;
  deployed = compiled;
  return fingerprint([...compiled].map(([name, code]) => [name, withoutMetadata(code)]));
}

/** @returns The test that failed, if one did. */
async function test(order: Order): Promise<{ killer: string; timedOut: boolean } | undefined> {
  forgetChains();
  arrange(order);
  return new Promise((resolve) => {
    let failed: { killer: string; timedOut: boolean } | undefined;
    mocha
      .run(() => resolve(failed))
      .on("fail", (test, error: { code?: string }) => {
        failed ??= { killer: test.fullTitle(), timedOut: error.code === "ERR_MOCHA_TIMEOUT" };
      });
  });
}

/** Which tests will see a change first. */
interface Order {
  /** The functions that anybody can call and through which it is reached. */
  reachedFrom: string[];
  /** Tests that noticed other changes to the same function, the latest first. */
  likely: string[];
}

/**
 * Brings the tests that will see a change to the front: first those that noticed other changes to the same function,
 * then the files that speak most of the functions through which it is reached.
 */
function arrange({ reachedFrom, likely }: Order): void {
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

// What a test left running when another part of it failed concerns nobody any more.
process.on("unhandledRejection", () => undefined);

const answers = { load, compile, test };
export type UnitTests = typeof answers;
answerQuestions(answers);
