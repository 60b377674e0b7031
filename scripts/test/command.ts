/** `npm test`: compiles, then runs every test: those in Solidity, and those on the local chains and the forks. */

import { rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { type Finished, runChild } from "../child.ts";
import { buildContracts } from "../contract/compile.ts";
import { openHardhat } from "../contract/hardhat.ts";
import { QUICK_REPORT, reachProblem, readReach } from "../quality/fuzz/reach.ts";
import { testFilesOf } from "../testFiles.ts";
import { checkPattern, MOCHA_FLAGS, runMocha } from "./mocha.ts";

const FORK_TESTS = join(ROOT, "test/fork/");
const INVARIANT_TESTS = join(ROOT, "test/invariant/");

/** Tests of what stands around the contract. They take about as long as all others. */
const AROUND = /^test\/(abi|audit|chain|cli|deploy|operations|rehearse|verify)\//;
/** Tests of the platform: mostly they wait, for blocks and for what is killed. */
const PLATFORM = /^platform\/test\//;
/** Those of them that wait for their turn: platforms of their own, and the relayer's worlds. */
const LATER = /^platform\/test\/(chaos|commands|fuzz|load|local|production|relayer|simulation)\//;

const HELP = `Runs the tests.

  npm test [-- [file …] [--grep pattern] [--bail]]

  file      TypeScript tests (*.test.ts) and Solidity tests (*.t.sol), or a folder of them; default: all
  --grep    only TypeScript tests whose title matches this pattern, and no Solidity tests unless named
  --bail    stop at the first failure
  --help    this text

All tests run in three processes side by side: those of the contract are shown as they run, those of the commands and
packages around it, and of the platform, after them, what failed last. Some of the platform's begin when the contract's
are done.

Exit code: 0 if every test passed, 1 if not, 2 if there was none to run.`;

await runCommand(async () => {
  const { values, positionals } = readFlags(HELP, MOCHA_FLAGS, true);
  checkPattern(values.grep);
  const all = positionals.length === 0;
  const { inTypeScript, inSolidity } = testFilesOf(
    all ? [join(ROOT, "test"), join(ROOT, "platform/test")] : positionals,
  );
  // What is wrong with an endpoint is said before anything long has run.
  const forks = inTypeScript.some((file) => file.startsWith(FORK_TESTS));
  if (forks) {
    const { describeOriginal } = await import("@luxxon/local/fork/open");
    for (const chain of Object.values(BASE_CHAINS)) await describeOriginal(chain);
  }

  await buildContracts();
  if (all && values.grep === undefined && !values.bail) return (await runEverything(inSolidity, inTypeScript)) ? 0 : 1;
  const isNamed = (file: string) => positionals.some((path) => resolve(path) === file);
  const solidity = values.grep === undefined ? inSolidity : inSolidity.filter(isNamed);
  if (solidity.length + inTypeScript.length === 0) throw new UsageError("No test was run: --grep is for TypeScript.");
  let good = true;
  if (solidity.length !== 0) good = await runSolidity(solidity);
  if ((good || !values.bail) && inTypeScript.length !== 0) good = (await runMocha(inTypeScript, values)) && good;
  return good ? 0 : 1;
});

/** Three processes, for machines with two cores: one of them waits most of the time, and one by itself would take twice as long. */
async function runEverything(inSolidity: string[], inTypeScript: string[]): Promise<boolean> {
  const roomOf = (file: string) => {
    const path = relative(ROOT, file);
    return LATER.test(path) ? "later" : PLATFORM.test(path) ? "platform" : AROUND.test(path) ? "around" : "contract";
  };
  const testsOf = (room: ReturnType<typeof roomOf>) => inTypeScript.filter((file) => roomOf(file) === room);
  const apart = [runApart(testsOf("around")), runApart(testsOf("platform"))];
  const results = [await runSolidity(inSolidity), await runMocha(testsOf("contract"))];
  apart.push(runApart(testsOf("later")));
  console.error("Those of what stands around the contract, and of the platform, are under way …");
  // What failed is shown last: who looks at the end of a long output, or gets no more than that, sees what to mend.
  const failed: Finished[] = [];
  for (const finished of apart) {
    const lane = await finished;
    if (lane.status === 0) show(lane);
    else failed.push(lane);
  }
  for (const lane of failed) show(lane);
  return failed.length === 0 && results.every((good) => good);
}

function show({ stdout, stderr }: Finished): void {
  process.stderr.write(stderr);
  process.stdout.write(stdout);
}

function runApart(files: string[]): Promise<Finished> {
  const environment: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  return runChild([process.execPath, "scripts/test/command.ts", ...files], { cwd: ROOT, environment });
}

/** Runs the tests in Solidity; those of the invariants must also have reached every situation. */
async function runSolidity(files: string[]): Promise<boolean> {
  const report = join(ROOT, QUICK_REPORT);
  await rm(report, { force: true });
  const { tasks } = await openHardhat();
  const result = await tasks.getTask(["test", "solidity"]).run({ testFiles: files, noCompile: true });
  const { success, value } = result as { success: boolean; value?: { suiteResults: unknown[] } };
  if (!success) return false;
  if (value?.suiteResults.length === 0) throw new UsageError("No test was run: these files hold none.");
  if (!files.some((file) => file.startsWith(INVARIANT_TESTS))) return true;
  const reach = readReach([report]);
  const problem = reachProblem(reach);
  if (problem === undefined) console.log(`The invariant tests reached all of their ${reach.size} situations.\n`);
  else console.error(problem);
  return problem === undefined;
}
