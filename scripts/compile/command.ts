/** `npm run compile`: compiles the contracts, with warnings as errors. */

import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import hre from "hardhat";
import { buildContracts, compilerWarnings } from "../contract/compile.ts";

const HELP = `Compiles the contracts; a compiler warning about our own files is an error.

  npm run compile [-- --force]

  --force   compile everything again
  --help    this text`;

await runCommand(async () => {
  const { force } = readFlags(HELP, { force: { type: "boolean", default: false } }).values;
  await buildContracts({ force });
  const warnings = await compilerWarnings();
  for (const warning of warnings) console.error(warning);
  const contracts = (await hre.artifacts.getAllFullyQualifiedNames()).size;
  console.log(`${contracts} contracts compiled, ${warnings.length} warnings.`);
  return warnings.length === 0 ? 0 : 1;
});
