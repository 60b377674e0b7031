/** `npm test`: compiles, then runs every test: those in Solidity, and those on the local chains and the forks. */

import { existsSync, globSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { describeOriginal } from "@luxxon/local/fork/open";
import hre from "hardhat";
import { type Finished, runChild } from "../child.ts";
import { readFlags, runCommand } from "../cli.ts";
import { buildContracts } from "../contract/compile.ts";
import { QUICK_REPORT, reachProblem, readReach } from "../quality/fuzz/reach.ts";
import { runMocha } from "./mocha.ts";

const FORK_TESTS = join(ROOT, "test", "fork");

/** Tests of what stands around the contract. They take about as long as all others. */
const AROUND = /^test\/(abi|audit|chain|cli|deploy|operations|rehearse|verify)\//;

const HELP = `Runs the tests.

  npm test [-- [file …] [--grep pattern] [--bail]]

  file      TypeScript tests (*.test.ts) and Solidity tests (*.t.sol); default: all
  --grep    only TypeScript tests whose title matches this pattern, and no Solidity tests unless named
  --bail    stop at the first failure
  --help    this text

All tests run in two processes side by side: those of the contract are shown as they run, those of the commands and
packages around it after them.`;

await runCommand(async () => {
  const flags = { grep: { type: "string" }, bail: { type: "boolean", default: false } } as const;
  const { values, positionals } = readFlags(HELP, flags, true);
  const missing = positionals.find((file) => !existsSync(file));
  if (missing !== undefined) throw new UsageError(`There is no test file ${missing}.`);

  const all = positionals.length === 0;
  const inSolidity = positionals.filter((file) => file.endsWith(".t.sol"));
  const inTypeScript = positionals.filter((file) => !file.endsWith(".t.sol"));
  // What is wrong with an endpoint is said before anything long has run.
  const forks = all || inTypeScript.some((file) => resolve(file).startsWith(FORK_TESTS));
  if (forks) for (const chain of Object.values(BASE_CHAINS)) await describeOriginal(chain);

  await buildContracts();
  if (all && values.grep === undefined && !values.bail) return (await runEverything()) ? 0 : 1;
  let good = true;
  if (inSolidity.length !== 0 || (all && values.grep === undefined)) good = await runSolidity(inSolidity);
  if ((good || !values.bail) && (inTypeScript.length !== 0 || all)) {
    good = (await runMocha(inTypeScript, values)) && good;
  }
  return good ? 0 : 1;
});

/** Two processes, for machines with two cores: one by itself would take twice as long. */
async function runEverything(): Promise<boolean> {
  const files = globSync("test/**/*.test.ts", { cwd: ROOT }).sort();
  const around = runApart(files.filter((file) => AROUND.test(file)));
  const contract = files.filter((file) => !AROUND.test(file));
  const results = [await runSolidity([]), await runMocha(contract)];
  console.error("The tests of the commands and packages around the contract have been running meanwhile …");
  const { status, stdout, stderr } = await around;
  process.stderr.write(stderr);
  process.stdout.write(stdout);
  return results.every((good) => good) && status === 0;
}

function runApart(files: string[]): Promise<Finished> {
  const environment: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  return runChild([process.execPath, "scripts/test/command.ts", ...files], { cwd: ROOT, environment });
}

/** Runs the tests in Solidity; those of the invariants must also have reached every situation. */
async function runSolidity(files: string[]): Promise<boolean> {
  const report = join(ROOT, QUICK_REPORT);
  await rm(report, { force: true });
  const result = await hre.tasks.getTask(["test", "solidity"]).run({ testFiles: files, noCompile: true });
  if (!(result as { success: boolean }).success) return false;
  if (files.length !== 0 && !files.some((file) => file.includes("invariant"))) return true;
  const reach = readReach([report]);
  const problem = reachProblem(reach);
  if (problem === undefined) console.log(`The invariant tests reached all of their ${reach.size} situations.\n`);
  else console.error(problem);
  return problem === undefined;
}
