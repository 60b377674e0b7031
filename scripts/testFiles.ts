/** Finds the tests that a command line means. Only *.test.ts and *.t.sol are tests; whatever else is named is refused. */
import { globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "@luxxon/chain/usageError";

/** By their absolute paths. */
export interface TestFiles {
  inTypeScript: string[];
  inSolidity: string[];
}

/** @throws {UsageError} if a path is no test, or a folder without one. */
export function testFilesOf(paths: readonly string[]): TestFiles {
  const files = [...new Set(paths.flatMap(testsAt))];
  const ending = (end: string) => files.filter((file) => file.endsWith(end));
  return { inTypeScript: ending(".test.ts"), inSolidity: ending(".t.sol") };
}

function testsAt(path: string): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`There is no test file ${path}.`);
  const files = stats.isDirectory() ? globSync(join(path, "**/*.{test.ts,t.sol}")).sort() : [path];
  if (files.length === 0) throw new UsageError(`There is no test in ${path}.`);
  if (!files.every((file) => /\.(test\.ts|t\.sol)$/.test(file))) {
    throw new UsageError(`${path} is no test: those are called *.test.ts or *.t.sol.`);
  }
  return files.map((file) => resolve(file));
}
