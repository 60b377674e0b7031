/** `npm run coverage`: measures which lines and statements of contracts/ the unit tests reach, and fails unless all are. */
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../child.ts";
import { buildContracts } from "../../contract/compile.ts";
import { openHardhat } from "../../contract/hardhat.ts";
import { instrumentedArtifacts } from "../../contract/instrumented.ts";
import { testFilesOf } from "../../testFiles.ts";
import { coverageTable, gaps, readReport } from "./figures.ts";

const HELP = `Runs the unit tests on instrumented contracts, and names what they did not reach.

  npm run coverage [-- --json]

  --json    print the figures as JSON instead of the table
  --help    this text

Exit code 1 if a line or a statement of contracts/ was not reached, or a test failed. The report as pages is in
coverage/html, as lcov in coverage/lcov.info.`;

const CONFIG = fileURLToPath(new URL("hardhat.config.ts", import.meta.url));
/** Where that configuration puts them. */
const INSTRUMENTED_ARTIFACTS = join(ROOT, "coverage/build/artifacts");
/** The one unit test that instrumentation itself makes false: it makes the code longer. */
const ABOUT_SIZE = "fits the 24,576 bytes of EIP-170";

await runCommand(async () => {
  const { json } = readFlags(HELP, { json: { type: "boolean", default: false } }).values;

  const { status, stdout, stderr } = await runInstrumented();
  const output = stdout + stderr;
  if (status !== 0) {
    console.error(output);
    console.error("The tests failed on the instrumented contracts, so there are no figures.");
    return 1;
  }
  // If the search for the marker found nothing here, it would find nothing anywhere.
  if ((await instrumentedArtifacts(INSTRUMENTED_ARTIFACTS)).length === 0) {
    console.error("The contracts were not instrumented: the figures would say nothing.");
    return 1;
  }

  const report = await readReport(ROOT, output);
  console.log(json ? toJson(report) : coverageTable(report));
  const missing = gaps(report);
  for (const line of missing) console.error(line);

  const { config } = await openHardhat();
  const left = await leaveCleanArtifacts(config.paths.artifacts);
  for (const file of left) console.error(`Instrumented code is left in ${relative(process.cwd(), file)}.`);
  return missing.length + left.length === 0 ? 0 : 1;
});

/** Runs the unit tests under Hardhat's own coverage, which prints them, then its table. */
function runInstrumented() {
  const files = testFilesOf([join(ROOT, "test/unit")]).inTypeScript;
  const hardhat = [process.execPath, join(ROOT, "node_modules/.bin/hardhat"), "--config", CONFIG, "--coverage"];
  return runChild([...hardhat, "test", "mocha", "--grep-exclude", ABOUT_SIZE, ...files], {
    cwd: ROOT,
    saying: `Running ${files.length} test files on instrumented contracts (about a minute)`,
  });
}

/** Instrumented code is for this command alone: what everything else works with must hold none. */
async function leaveCleanArtifacts(artifacts: string): Promise<string[]> {
  await buildContracts();
  if ((await instrumentedArtifacts(artifacts)).length > 0) await buildContracts({ force: true });
  return instrumentedArtifacts(artifacts);
}
