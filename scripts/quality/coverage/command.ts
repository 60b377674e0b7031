/** `npm run coverage`: which lines and statements of contracts/ the unit tests reach. All of them, or it fails. */

import { relative } from "node:path";
import process from "node:process";
import { toJson } from "@luxxon/chain/json";
import hre from "hardhat";
import { readFlags, runCommand } from "../../cli.ts";
import { buildContracts } from "../../contract/compile.ts";
import { instrumentedArtifacts } from "../../contract/instrumented.ts";
import { coverageTable, gaps, readReport } from "./figures.ts";
import { INSTRUMENTED_ARTIFACTS, runInstrumented } from "./instrumentedTests.ts";

const HELP = `Runs the unit tests on instrumented contracts, and names what they did not reach.

  npm run coverage [-- --json]

  --json    print the figures as JSON instead of the table
  --help    this text

Exit code 1 if a line or a statement of contracts/ was not reached, or a test failed. The report as pages is in
coverage/html, as lcov in coverage/lcov.info.`;

await runCommand(async () => {
  const { json } = readFlags(HELP, { json: { type: "boolean", default: false } }).values;
  const root = hre.config.paths.root;

  const { passed, output } = await runInstrumented(root);
  if (!passed) {
    console.error(output);
    console.error("The tests failed on the instrumented contracts, so there are no figures.");
    return 1;
  }
  // If the search for the marker found nothing here, it would find nothing anywhere.
  if ((await instrumentedArtifacts(INSTRUMENTED_ARTIFACTS)).length === 0) {
    console.error("The contracts were not instrumented: the figures would say nothing.");
    return 1;
  }

  const report = await readReport(root, output);
  console.log(json ? toJson(report) : coverageTable(report));
  const missing = gaps(report);
  for (const line of missing) console.error(line);

  const left = await leaveCleanArtifacts(hre.config.paths.artifacts);
  for (const file of left) console.error(`Instrumented code is left in ${relative(process.cwd(), file)}.`);
  return missing.length + left.length === 0 ? 0 : 1;
});

/** Instrumented code is for this command alone: what everything else works with must hold none. */
async function leaveCleanArtifacts(artifacts: string): Promise<string[]> {
  await buildContracts();
  if ((await instrumentedArtifacts(artifacts)).length > 0) await buildContracts({ force: true });
  return instrumentedArtifacts(artifacts);
}
