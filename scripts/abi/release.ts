/** Holds the version of the ABI package, and what is pending in `.changeset/`, against what was released. */

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceJson } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { readContract } from "./contract.ts";
import { bumpOf, changeSince, isEnough, nextVersion, promisesOf, type Release } from "./semver.ts";

/** What the ABI promised at the last release; absent before the first. */
const RELEASED = join(ROOT, "abi/released.json");

const CHANGESETS = join(ROOT, ".changeset");

/**
 * Tells why the version that package and changesets come to is too little for what has changed in the ABI since the last
 * release; undefined if it is enough.
 *
 * @throws if a changeset or a version is malformed.
 */
export async function releaseProblem(): Promise<string | undefined> {
  const items = promisesOf((await readContract()).abi);
  const version = nextVersion(await packageVersion(), bumpOf(await readChangesets()));
  if (!existsSync(RELEASED)) return undefined;
  return problemOf(version, JSON.parse(await readFile(RELEASED, "utf8")) as Release, items);
}

/** In one line, for whoever has changed the ABI; undefined if the version is far enough beyond the release. */
export function problemOf(version: string, release: Release, items: string[]): string | undefined {
  const { level, removed, added } = changeSince(release, items);
  if (isEnough(version, release, level)) return undefined;
  const changes = [...removed.map((item) => `gone or changed: ${item}`), ...added.map((item) => `new: ${item}`)];
  return `The next version would be ${version}, and since ${release.version} the ABI had a ${level} change (${changes.join("; ")}): add a changeset with \`npm run changeset\`.`;
}

/**
 * Records what the ABI promises now as released, for the next version to be measured against.
 *
 * @throws {UsageError} There are changesets that no version has taken in, or the version is too little for the change.
 */
export async function recordRelease(): Promise<string> {
  const version = await packageVersion();
  if ((await readChangesets()).length > 0)
    throw new UsageError("There are changesets that no version has taken in: run `npm run release:version`.");
  const problem = await releaseProblem();
  if (problem !== undefined) throw new UsageError(problem);
  const release: Release = { version, items: promisesOf((await readContract()).abi) };
  await replaceJson(RELEASED, release);
  return version;
}

async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, "abi/package.json"), "utf8")) as { version: string };
  return version;
}

async function readChangesets(): Promise<string[]> {
  const files = (await readdir(CHANGESETS)).filter((file) => file.endsWith(".md") && file !== "README.md");
  return Promise.all(files.map((file) => readFile(join(CHANGESETS, file), "utf8")));
}
