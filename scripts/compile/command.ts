/** `npm run compile`: compiles the contracts, with warnings as errors. */

import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { buildContracts, whatIsBuilt } from "../contract/compile.ts";

const HELP = `Compiles the contracts; a compiler warning about our own files is an error.

  npm run compile [-- --force]

  --force   compile everything again
  --help    this text`;

await runCommand(async () => {
  const { force } = readFlags(HELP, { force: { type: "boolean", default: false } }).values;
  await buildContracts({ force });
  const { contracts, warnings } = await whatIsBuilt();
  for (const warning of warnings) console.error(warning);
  console.log(`${contracts} contracts compiled, ${warnings.length} warnings.`);
  return warnings.length === 0 ? 0 : 1;
});
