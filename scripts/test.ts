/** `npm test`: compiles, then runs every test on both local chains. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BASE_CHAINS } from "./baseChains.ts";
import { buildContracts } from "./build.ts";
import { readFlags, runCommand, UsageError } from "./cli.ts";
import { describeOriginal } from "./fork/open.ts";
import { runMocha } from "./mocha.ts";

const FORK_TESTS = fileURLToPath(new URL("../test/fork", import.meta.url));

const HELP = `Runs the tests.

  npm test [-- [file …] [--grep pattern] [--bail]]

  --grep    only tests whose title matches this pattern
  --bail    stop at the first failure
  --help    this text`;

await runCommand(async () => {
  const flags = { grep: { type: "string" }, bail: { type: "boolean", default: false } } as const;
  const { values, positionals } = readFlags(HELP, flags, true);
  const missing = positionals.find((file) => !existsSync(file));
  if (missing !== undefined) throw new UsageError(`There is no test file ${missing}.`);

  const forks = positionals.length === 0 || positionals.some((file) => resolve(file).startsWith(FORK_TESTS));
  if (forks) for (const chain of Object.values(BASE_CHAINS)) await describeOriginal(chain);

  await buildContracts();
  return (await runMocha(positionals, { grep: values.grep, bail: values.bail })) ? 0 : 1;
});
