/**
 * Measures versions of the ABI package by the ABI: an item that went or changed is a major version, a new one a minor one,
 * against the ABI of the last release.
 */
import { Abi } from "ox";

/** The ABI of a release: what each item promises, in one line each. */
export interface Release {
  version: string;
  items: string[];
}

export type Level = "none" | "minor" | "major";

/** How far a version moves, as changesets and npm name it. */
export type Bump = "none" | "patch" | "minor" | "major";

const BUMPS: readonly Bump[] = ["none", "patch", "minor", "major"];
const PACKAGE_NAME = "@luxxon/contracts-abi";

/** All that a client can depend on, and nothing else: names, types, mutability, what is indexed. */
export function promisesOf(abi: Abi.Abi): string[] {
  return [...Abi.format(abi)].sort();
}

/** How far the ABI has moved from a release, and by which items. */
export function changeSince(release: Release, items: string[]): { level: Level; removed: string[]; added: string[] } {
  const removed = release.items.filter((item) => !items.includes(item));
  const added = items.filter((item) => !release.items.includes(item));
  return { level: removed.length > 0 ? "major" : added.length > 0 ? "minor" : "none", removed, added };
}

/** Whether a version is far enough beyond a release for a change of this level. */
export function isEnough(version: string, release: Release, level: Level): boolean {
  const least = parts(nextVersion(release.version, level));
  const beyond = parts(version).map((part, i) => part - (least[i] ?? 0));
  return (beyond.find((difference) => difference !== 0) ?? 0) >= 0;
}

/**
 * How far changesets together move the package.
 *
 * @param changesets The texts of the files in `.changeset/`: packages and their bumps between two lines `---`, then words.
 * @throws if one is malformed, or is for another package.
 */
export function bumpOf(changesets: readonly string[]): Bump {
  const bumps = changesets.flatMap((text) => {
    const [, head] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
    if (head === undefined) throw new Error("a changeset begins with packages and their bumps between two lines ---");
    const lines = head.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line) => {
      const [, name, bump] = /^["']?([^"':]+)["']?: *["']?(\w+)["']?$/.exec(line) ?? [];
      if (name !== PACKAGE_NAME || !BUMPS.includes(bump as Bump))
        throw new Error(`"${line}" in a changeset is not "${PACKAGE_NAME}": major, minor or patch`);
      return bump as Bump;
    });
  });
  return bumps.reduce<Bump>((most, bump) => (BUMPS.indexOf(bump) > BUMPS.indexOf(most) ? bump : most), "none");
}

/** The version after a bump. */
export function nextVersion(version: string, bump: Bump): string {
  const [major, minor, patch] = parts(version);
  if (bump === "major") return `${major + 1}.0.0`;
  if (bump === "minor") return `${major}.${minor + 1}.0`;
  return `${major}.${minor}.${bump === "patch" ? patch + 1 : patch}`;
}

/** The newest version that a changelog has an entry for. */
export function newestEntry(changelog: string): string | undefined {
  return /^## (\d+\.\d+\.\d+)/m.exec(changelog)?.[1];
}

function parts(version: string): [number, number, number] {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (match === null) throw new Error(`${version} is no version such as 4.0.0`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}
