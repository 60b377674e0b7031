/** `npm run conformance`: writes what clients of our API can hold on to: its types, and which operation answers what. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ROOT } from "@luxxon/chain/root";
import { publishedBy } from "../support/document.ts";
import { openPlatform, stopTestParts } from "../support/platform.ts";
import { PAGE_FILE, pageOf } from "./page.ts";
import { everyStatus } from "./statuses.ts";
import { TYPES_FILE, typesOf } from "./types.ts";

const HELP = `Starts the platform in a temporary folder, brings each of the public platform's 35 operations to each status that the
published document has for it, and writes ${PAGE_FILE}, and the types of a client.

  npm run conformance [-- [--check]]

  --check  writes nothing: says whether both are up to date
  --help   this text

Exit code: 0 if all is written, or was up to date; 1 if not, 2 if it was asked wrongly.`;

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = error instanceof TypeError && "code" in error ? 2 : 1;
  console.error(error instanceof Error ? error.message : String(error));
}
process.exit();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { check: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    strict: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void stopTestParts().finally(() => process.exit(130)));
  try {
    console.error("The platform starts, and answers …");
    const platform = await openPlatform();
    const { document } = await publishedBy(platform.api);
    await platform.close();
    const written = [await keep(TYPES_FILE, await typesOf(document), values.check)];
    written.push(await keep(PAGE_FILE, pageOf(await everyStatus()), values.check));
    return values.check && written.includes(true) ? 1 : 0;
  } finally {
    await stopTestParts();
  }
}

/** @returns Whether it was otherwise. */
async function keep(file: string, text: string, isOnlyChecked: boolean): Promise<boolean> {
  const path = join(ROOT, file);
  const isOther = (await readFile(path, "utf8").catch(() => "")) !== text;
  if (isOther && !isOnlyChecked) await writeFile(path, text);
  console.log(`${file} ${isOther ? (isOnlyChecked ? "is out of date" : "is written") : "is up to date"}`);
  return isOther;
}
