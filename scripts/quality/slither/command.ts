/** `npm run slither`: analyses contracts/ with Slither, and fails unless tools/slither/explained.json explains every finding. */

import { join, relative } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../child.ts";
import { compileForSlither } from "./buildForSlither.ts";
import { slitherEnvironment, Unavailable } from "./environment.ts";
import { compare, readExplained, readFindings } from "./findings.ts";

const HELP = `Analyses contracts/ with Slither, all detectors on, in a Python environment of its own (.venv/slither).

  npm run slither [-- --json]

  --json    print every finding as JSON, with its explanation
  --help    this text

Exit code 1 if a finding is not explained in tools/slither/explained.json, or an explanation fits no finding;
3 if Slither cannot be had here, because Python 3 or its package index is not there.`;

await runCommand(async () => {
  const { json } = readFlags(HELP, { json: { type: "boolean", default: false } }).values;
  let bin: string;
  try {
    bin = await slitherEnvironment();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`skipped: no Slither. ${error.message}`);
    return 3;
  }

  const build = relative(ROOT, await compileForSlither());
  const read = [
    "--compile-force-framework",
    "hardhat",
    "--hardhat-ignore-compile",
    "--npx-disable",
    "--hardhat-artifacts-directory",
    build,
  ];
  const { status, stdout, stderr } = await runChild(
    [join(bin, "slither"), ".", ...read, "--filter-paths", "node_modules", "--json", "-"],
    // It would ask a Hardhat that it finds for what the flags above say.
    { cwd: ROOT, saying: "Slither reads the contracts", environment: { PATH: bin } },
  );
  if (!stdout.startsWith("{"))
    throw new Error(`Slither failed (exit code ${status}): ${stderr.trim().split("\n").at(-1)}`);

  const findings = readFindings(stdout);
  const explained = await readExplained();
  const { open, stale } = compare(findings, explained);
  if (json) {
    const reasonOf = (finding: { detector: string; where: string }) =>
      explained.find(({ detector, where }) => detector === finding.detector && where === finding.where)?.reason;
    console.log(toJson(findings.map((one) => ({ ...one, reason: reasonOf(one) }))));
  } else {
    console.log(`${findings.length} findings, ${findings.length - open.length} of them explained.`);
  }
  for (const { detector, impact, at, where } of open) {
    console.error(`Not explained: ${detector} (${impact}) at ${at}, "${where}".`);
  }
  for (const { detector, where } of stale) console.error(`No longer found: ${detector}, "${where}".`);
  return open.length + stale.length === 0 ? 0 : 1;
});
