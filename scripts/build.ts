/** Compiles the contracts, and says what the compiler had to say about our own files. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import hre from "hardhat";

interface Diagnostic {
  severity: "error" | "warning" | "info";
  formattedMessage: string;
  sourceLocation?: { file: string };
}

/**
 * @returns The warnings about our own files. Those about dependencies are not ours to fix (OpenZeppelin's transient
 * reentrancy guard always draws one, which says that such guards are safe), so they are not even shown.
 */
export async function buildContracts({ force = false } = {}): Promise<string[]> {
  // stdout belongs to the command that asked; it may be JSON.
  if (force || !existsSync(hre.config.paths.artifacts)) console.error("Compiling the contracts …");
  const { log, warn } = console;
  console.log = console.warn = () => undefined;
  try {
    await hre.tasks.getTask("build").run({ force, quiet: true });
  } finally {
    Object.assign(console, { log, warn });
  }

  const warnings = new Set<string>();
  for (const id of await hre.artifacts.getAllBuildInfoIds()) {
    const path = await hre.artifacts.getBuildInfoOutputPath(id);
    if (path === undefined) continue;
    const { output } = JSON.parse(await readFile(path, "utf8")) as { output: { errors?: Diagnostic[] } };
    for (const { severity, formattedMessage, sourceLocation } of output.errors ?? []) {
      if (severity !== "info" && sourceLocation?.file.startsWith("npm/") !== true) warnings.add(formattedMessage);
    }
  }
  return [...warnings];
}
