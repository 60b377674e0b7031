/** Writes what is made from the running platform: the types of the API, and the page of what it answers. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unless } from "@luxxon/chain/command/interrupt";
import { ROOT } from "@luxxon/chain/root";
import { publishedBy } from "../support/document.ts";
import { openPlatform, stopTestParts, testParts } from "../support/platform.ts";
import { PAGE_FILE, pageOf } from "./page.ts";
import { everyStatus } from "./statuses.ts";
import { TYPES_FILE, typesOf } from "./types.ts";

/** @returns Of each whether it was otherwise. */
export async function writeAll({ check, interrupt }: { check: boolean; interrupt: AbortSignal }): Promise<boolean[]> {
  try {
    console.error("The platform starts, and answers …");
    await testParts(interrupt);
    return await unless(interrupt, writeBoth(check));
  } finally {
    await stopTestParts();
  }
}

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
