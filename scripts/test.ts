/** `npm test`: compiles, then runs every test on both local chains. */
import { existsSync } from "node:fs";
import process from "node:process";
import hre from "hardhat";
import { buildContracts } from "./build.ts";
import { readFlags, runCommand, UsageError } from "./cli.ts";

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

  await buildContracts();
  const result = await hre.tasks.getTask(["test", "mocha"]).run({
    testFiles: positionals,
    noCompile: true,
    bail: values.bail,
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  });
  return (result as { success: boolean }).success && process.exitCode !== 1 ? 0 : 1;
});
