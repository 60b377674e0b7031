/**
 * What the version of the ABI package must say of the ABI: an item that went or changed is a major version, a new one a
 * minor one, measured against the ABI of the last release.
 */
import type { AbiParameter } from "viem";
import type { AbiItem } from "./contract.ts";

/** The ABI of a release: what each item promises, in one line each. */
export interface Release {
  version: string;
  items: string[];
}

export type Level = "none" | "minor" | "major";

/** All that a client can depend on, and nothing else: names, types, mutability, what is indexed. */
export function promisesOf(abi: readonly AbiItem[]): string[] {
  return abi
    .map((item) => {
      const { type, name = "", inputs, outputs = [], stateMutability = "" } = item;
      const results = outputs.length === 0 ? "" : ` returns (${outputs.map(parameter).join(", ")})`;
      return `${type} ${name}(${inputs.map(parameter).join(", ")}) ${stateMutability}${results}`.trim();
    })
    .sort();
}

/** How far the ABI has moved from a release, and by which items. */
export function changeSince(release: Release, items: string[]): { level: Level; removed: string[]; added: string[] } {
  const removed = release.items.filter((item) => !items.includes(item));
  const added = items.filter((item) => !release.items.includes(item));
  return { level: removed.length > 0 ? "major" : added.length > 0 ? "minor" : "none", removed, added };
}

/** Whether a version is far enough beyond a release for a change of this level. */
export function isEnough(version: string, release: Release, level: Level): boolean {
  const [major, minor, patch] = parts(version);
  const [oldMajor, oldMinor, oldPatch] = parts(release.version);
  if (major !== oldMajor) return major > oldMajor;
  if (level === "major") return false;
  if (minor !== oldMinor) return minor > oldMinor;
  return level === "none" && patch >= oldPatch;
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

function parameter(it: AbiParameter): string {
  const type = "components" in it ? `(${it.components.map(parameter).join(", ")})${it.type.slice(5)}` : it.type;
  return `${type}${"indexed" in it && it.indexed ? " indexed" : ""} ${it.name ?? ""}`.trim();
}
