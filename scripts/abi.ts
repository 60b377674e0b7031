/** `npm run abi`: writes the generated part of the ABI package. */
import { buildPackage } from "./abi/build.ts";
import { outdated, writeGenerated } from "./abi/files.ts";
import { buildContracts } from "./build.ts";
import { readFlags, runCommand, UsageError } from "./cli.ts";

const HELP = `Writes abi/src/generated/, abi/json/ and abi/solidity/ from the compiled contract and deployments/.

  npm run abi [-- --check | --build]

  --build   also compile the package into abi/dist/
  --check   write nothing: exit code 1 if a file is not what it should be
  --help    this text`;

await runCommand(async () => {
  const flags = { check: { type: "boolean", default: false }, build: { type: "boolean", default: false } } as const;
  const { check, build } = readFlags(HELP, flags).values;
  if (check && build) throw new UsageError("--check and --build exclude each other; see --help.");
  await buildContracts();
  const files = check ? await outdated() : await writeGenerated();
  for (const file of files) console.log(check ? `${file} is out of date: run \`npm run abi\`.` : `Written: ${file}`);
  if (files.length === 0) console.log("Everything generated is up to date.");
  if (build) {
    await buildPackage();
    console.log("Built: abi/dist/.");
  }
  return check && files.length > 0 ? 1 : 0;
});
