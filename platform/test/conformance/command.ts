/** `npm run conformance`: writes what clients of our API can hold on to: its types, and which operation answers what. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts, unless } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";
import { publishedBy } from "../support/document.ts";
import { openPlatform, stopTestParts, testParts } from "../support/platform.ts";
import { PAGE_FILE, pageOf } from "./page.ts";
import { everyStatus } from "./statuses.ts";
import { TYPES_FILE, typesOf } from "./types.ts";

const HELP = `Starts the platform in a temporary folder, brings each of the public platform's 35 operations to each status that the
published document has for it, and writes ${PAGE_FILE}, and the types of the API.

  npm run conformance [-- [--check]]

  --check  writes nothing: says whether both are up to date
  --help   this text

Exit code: 0 if all is written, or was up to date; 1 if not, 2 if it was asked wrongly.`;

await runCommand(async () => {
  const { values } = readFlags(HELP, { check: { type: "boolean", default: false } });
  const interrupt = catchInterrupts();
  try {
    console.error("The platform starts, and answers …");
    await testParts(interrupt);
    const written = await unless(interrupt, writeBoth(values.check));
    return values.check && written.includes(true) ? 1 : 0;
  } finally {
    await stopTestParts();
  }
});

/** @returns Of each whether it was otherwise. */
async function writeBoth(isOnlyChecked: boolean): Promise<boolean[]> {
  const platform = await openPlatform();
  const { document } = await publishedBy(platform.api);
  await platform.close();
  const types = await keep(TYPES_FILE, await typesOf(document), isOnlyChecked);
  return [types, await keep(PAGE_FILE, pageOf(await everyStatus()), isOnlyChecked)];
}

/** @returns Whether it was otherwise. */
async function keep(file: string, text: string, isOnlyChecked: boolean): Promise<boolean> {
  const path = join(ROOT, file);
  const isOther = (await readFile(path, "utf8").catch(() => "")) !== text;
  if (isOther && !isOnlyChecked) await writeFile(path, text);
  console.log(`${file} ${isOther ? (isOnlyChecked ? "is out of date" : "is written") : "is up to date"}`);
  return isOther;
}
