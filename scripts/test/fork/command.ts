/** `npm run test:fork`: runs the fork tests alone: the life of a pool on forks of Base Sepolia and Base. */

import { join } from "node:path";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";
import { buildContracts } from "../../contract/compile.ts";
import { testFilesOf } from "../../testFiles.ts";
import { checkPattern, MOCHA_FLAGS, runMocha } from "../mocha.ts";

const HELP = `Runs the fork tests: everything about LuxxonSettlement that depends on the chain that it stands on.

  npm run test:fork [-- flags]

  --grep    only tests whose title matches this pattern
  --bail    stop at the first failure
  --help    this text

Environment:
  BASE_SEPOLIA_RPC_URL      fork live Base Sepolia from this endpoint
  BASE_SEPOLIA_FORK_BLOCK   … at this block; default: 600 behind the head
  BASE_RPC_URL, BASE_FORK_BLOCK   the same for Base

A chain without an endpoint is forked from its offline twin: no test is ever left out.
Exit code: 0 if every test passed, 1 if not, 2 for a wrong flag, no test to run or an endpoint that cannot be used.`;

await runCommand(async () => {
  const { values } = readFlags(HELP, MOCHA_FLAGS);
  checkPattern(values.grep);
  const { describeOriginal } = await import("@luxxon/local/fork/open");
  const originals = [];
  for (const chain of Object.values(BASE_CHAINS)) originals.push(await describeOriginal(chain));
  for (const original of originals) console.error(original);

  await buildContracts();
  return (await runMocha(testFilesOf([join(ROOT, "test/fork")]).inTypeScript, values)) ? 0 : 1;
});
