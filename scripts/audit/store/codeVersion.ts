/** Tells the code that verifies and judges from any other: what other code has let through counts for nothing. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";

const VERIFYING = [
  "abi/src/**/*.ts",
  "chain/*.ts",
  "chain/{deployments,rpc,settlement}/*.ts",
  "scripts/words.ts",
  "scripts/audit/*.ts",
  "scripts/audit/{collect,replay,rules,store}/*.ts",
  // What the store marks a session by.
  "scripts/audit/report/belowMeter.ts",
];

export function codeVersion(): string {
  const hash = createHash("sha256");
  for (const file of globSync(VERIFYING, { cwd: ROOT }).sort())
    hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}
