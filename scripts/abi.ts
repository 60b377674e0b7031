/** `npm run abi`: writes the generated part of the ABI package. */
import { buildPackage } from "./abi/build.ts";
import { outdated, recordRelease, writeGenerated } from "./abi/files.ts";
import { buildContracts } from "./build.ts";
import { readFlags, runCommand, UsageError } from "./cli.ts";

const HELP = `Writes abi/src/generated/, abi/json/ and abi/solidity/ from the compiled contract and deployments/.

  npm run abi [-- --check | --build | --release]

  --build   also compile the package into abi/dist/
  --release also record the ABI in abi/released.json: the next version is measured against it
  --check   write nothing: exit code 1 if a file is not what it should be
  --help    this text`;

await runCommand(async () => {
  const flag = { type: "boolean", default: false } as const;
  const { check, build, release } = readFlags(HELP, { check: flag, build: flag, release: flag }).values;
  if (check && (build || release)) throw new UsageError("--check writes nothing, so it goes alone; see --help.");
  await buildContracts();
  const files = check ? await outdated() : await writeGenerated();
  for (const file of files) console.log(check ? `${file} is out of date: run \`npm run abi\`.` : `Written: ${file}`);
  if (files.length === 0) console.log("Everything generated is up to date.");
  if (build) {
    await buildPackage();
    console.log("Built: abi/dist/.");
  }
  if (release) console.log(`Recorded: the ABI of ${await recordRelease()}.`);
  return check && files.length > 0 ? 1 : 0;
});
