/** `npm run abi`: writes the generated part of the ABI package. */

import { join } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { replaceFile } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { buildContracts } from "../contract/compile.ts";

const HELP = `Writes abi/src/generated/, abi/json/, abi/solidity/ and abi/erc7730/ from the compiled contract and deployments/.

  npm run abi [-- --check | --build | --release]

  --build   also make the package that npm publishes: abi/package/
  --release also record the ABI in abi/released.json: the next version is measured against it
  --check   write nothing: exit code 1 if a file is not what it should be, or if package and changesets come to a version
            that is too little for what has changed in the ABI
  --help    this text`;

await runCommand(async () => {
  const flag = { type: "boolean", default: false } as const;
  const { check, build, release } = readFlags(HELP, { check: flag, build: flag, release: flag }).values;
  if (check && (build || release)) throw new UsageError("--check writes nothing, so it goes alone; see --help.");
  await buildContracts();
  // These bring what writes types, which takes a second to load.
  const { outdated } = await import("./generated.ts");
  const { recordRelease, releaseProblem } = await import("./release.ts");
  const files = await outdated();
  for (const [file, text] of files) {
    if (!check) await replaceFile(join(ROOT, file), text);
    console.log(check ? `${file} is out of date: run \`npm run abi\`.` : `Written: ${file}`);
  }
  if (files.size === 0) console.log("Everything generated is up to date.");
  if (build) {
    const started = Date.now();
    const { buildPackage } = await import("./package.ts");
    await buildPackage();
    console.log(`Built: abi/package/, in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  }
  if (release) console.log(`Recorded: the ABI of ${await recordRelease()}.`);
  if (!check) return 0;
  const problem = await releaseProblem();
  if (problem !== undefined) console.log(problem);
  return files.size > 0 || problem !== undefined ? 1 : 0;
});
