/** `npm run forge`: runs the Solidity tests on a second EVM, and measures branches, which Hardhat does not. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";

const HELP = `Runs the Solidity tests with forge, whose EVM is not Hardhat's.

  npm run forge [-- --match pattern | --coverage]

  --match      only tests whose name matches this pattern
  --coverage   show which lines, statements, branches and functions of contracts/ they reach; lcov in
               coverage/forge.info
  --help       this text

Exit code 1 if a test fails, 2 if no test's name matches, 3 if there is no forge for this machine.`;

/** The native binary itself: the wrapper of `@foundry-rs/forge` returns 0 whatever fails. */
const MACHINE = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const FORGE = join(ROOT, `node_modules/@foundry-rs/forge-${MACHINE}/bin/forge`);

await runCommand(async () => {
  const flags = { match: { type: "string" }, coverage: { type: "boolean", default: false } } as const;
  const { match, coverage } = readFlags(HELP, flags).values;
  if (!existsSync(FORGE)) {
    console.error(`skipped: there is no forge for this machine (${process.platform} ${process.arch}).`);
    return 3;
  }

  if (match !== undefined) checkMatches(match);
  const what = coverage
    ? // The contract is too deep for code that is not optimised at all; this is as near as it gets.
      ["coverage", "--ir-minimum", "--no-match-coverage", "^test/", "--report", "summary", "--report", "lcov"]
    : ["test"];
  if (coverage) {
    // forge does not make the folder.
    mkdirSync(join(ROOT, "coverage"), { recursive: true });
    what.push("--report-file", "coverage/forge.info");
  }
  if (match !== undefined) what.push("--match-test", match);
  const { status, error } = spawnSync(FORGE, what, { cwd: ROOT, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0 ? 0 : 1;
});

/** forge finds it a success that nothing was run. */
function checkMatches(match: string): void {
  const { status, stdout } = spawnSync(FORGE, ["test", "--list", "--json", "--match-test", match], {
    cwd: ROOT,
    encoding: "utf8",
  });
  // What is wrong with the tests themselves, forge says better when it runs them.
  if (status === 0 && stdout.trim().endsWith("{}")) throw new UsageError(`No test was run: no name matches ${match}.`);
  if (status === 2) throw new UsageError(`--match takes a regular expression, not "${match}".`);
}
