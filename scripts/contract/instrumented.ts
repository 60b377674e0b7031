/** Tells instrumented code from real code. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Instrumented code calls this address at every statement; Hardhat's coverage listens there. */
const COVERAGE_ADDRESS = "c0bec0bec0bec0bec0bec0bec0bec0bec0bec0be";

/** Whether a contract's code, as hex, reports what it executes. */
export function isInstrumented(code: string): boolean {
  return code.toLowerCase().includes(COVERAGE_ADDRESS);
}

/** The artifacts in a folder whose creation or runtime code is instrumented. */
export async function instrumentedArtifacts(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // Build infos hold sources and settings, not what is deployed.
    if (!entry.isFile() || !entry.name.endsWith(".json") || entry.parentPath.endsWith("build-info")) continue;
    const file = join(entry.parentPath, entry.name);
    const { bytecode = "", deployedBytecode = "" } = JSON.parse(await readFile(file, "utf8")) as {
      bytecode?: string;
      deployedBytecode?: string;
    };
    if (isInstrumented(bytecode) || isInstrumented(deployedBytecode)) found.push(file);
  }
  return found.sort();
}
