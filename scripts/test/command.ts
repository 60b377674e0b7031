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

/** Tests that run apart, each room in a process of its own; the longest first. What is in none is the contract's. */
const ROOMS = [
  /^platform\/test\/(?!chaos|commands|console|fuzz|load|local|production|relayer|simulation)/,
  /^test\/(deploy|operations|rehearse|verify)\//,
  /^platform\/test\/(chaos|commands|fuzz|load|local|production)\//,
  /^test\/(abi|cli)\//,
  /^platform\/test\/(relayer|simulation)\//,
  /^platform\/test\/console\//,
  /^test\/(audit|chain)\//,
];

/** On two cores: the contract's keep one busy, and the others wait half of the time, for blocks and for what is killed. */
const AT_ONCE = 4;

const HELP = `Runs the tests.

  npm test [-- [file …] [--grep pattern] [--bail]]

  file      TypeScript tests (*.test.ts) and Solidity tests (*.t.sol), or a folder of them; default: all
  --grep    only TypeScript tests whose title matches this pattern, and no Solidity tests unless named
  --bail    stop at the first failure
  --help    this text

All tests run in processes side by side: those of the contract are shown as they run, the others when they have run, what
failed last.

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

/** The contract's in this process, and beside it the other rooms, each as soon as there is a place for it. */
async function runEverything(inSolidity: string[], inTypeScript: string[]): Promise<boolean> {
  const roomOf = (file: string) => ROOMS.find((room) => room.test(relative(ROOT, file)));
  const testsOf = (room?: RegExp) => inTypeScript.filter((file) => roomOf(file) === room);
  const waiting = ROOMS.map(testsOf);
  const own = runSolidity(inSolidity).then(async (good) => [good, await runMocha(testsOf())]);
  const shown: Promise<void>[] = [];
  // Who looks at the end of a long output, or gets no more than that, sees what to mend.
  const failed: Finished[] = [];
  const runOneByOne = async () => {
    for (let files = waiting.shift(); files !== undefined; files = waiting.shift()) {
      const finished = await runApart(files);
      shown.push(own.then(() => (finished.status === 0 ? show(finished) : void failed.push(finished))));
    }
  };
  const places = Array.from({ length: AT_ONCE - 1 }, runOneByOne);
  const results = await own;
  console.error("Those of what stands around the contract, and of the platform, are under way …");
  await Promise.all([...places, runOneByOne()]);
  await Promise.all(shown);
  for (const finished of failed) show(finished);
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
