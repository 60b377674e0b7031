/** Gives anything a short name, the same for the same. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";

export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** Of the project's files that these patterns name. */
export function fingerprintOfFiles(...patterns: string[]): string {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).sort());
  return fingerprint(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
}
