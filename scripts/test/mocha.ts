/** Runs mocha in this process, as `npm test` and `npm run test:fork` do. */
import process from "node:process";
import hre from "hardhat";

/** @returns Whether every test passed. */
export async function runMocha(
  testFiles: string[],
  { grep, bail = false }: { grep?: string | undefined; bail?: boolean } = {},
) {
  const result = await hre.tasks.getTask(["test", "mocha"]).run({
    testFiles,
    noCompile: true,
    bail,
    ...(grep === undefined ? {} : { grep }),
  });
  return (result as { success: boolean }).success && process.exitCode !== 1;
}
