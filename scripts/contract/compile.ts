/** Compiles the contracts, and says what the compiler had to say about our own files. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitForLock } from "@luxxon/chain/lock";
import { UsageError } from "@luxxon/chain/usageError";
import hre from "hardhat";

interface Diagnostic {
  errorCode?: string;
  severity: "error" | "warning" | "info";
  formattedMessage: string;
  sourceLocation?: { file: string };
}

/** Code and initcode over the limits of a chain (EIP-170, EIP-3860). */
const TOO_LARGE = ["5574", "3860"];

/**
 * Dependencies are not ours to fix (OpenZeppelin's transient reentrancy guard always draws a warning, which says that such
 * guards are safe), and the tests' own contracts are never deployed to a chain that would find them too large.
 */
function matters({ errorCode = "", severity, sourceLocation }: Diagnostic): boolean {
  const file = sourceLocation?.file ?? "";
  if (severity === "info" || file.startsWith("npm/")) return false;
  return !(TOO_LARGE.includes(errorCode) && file.startsWith("project/test/"));
}

/** The path that the file system let nobody write, if that is what went wrong. */
function refusedWrite(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, path } = at as NodeJS.ErrnoException;
    if (path !== undefined && ["EACCES", "EPERM", "EROFS"].includes(code ?? "")) return path;
  }
  return undefined;
}

/** Several may ask at once, in processes of their own: one compiles, and the others find it done. */
export async function buildContracts({ force = false } = {}): Promise<void> {
  // stdout belongs to the command that asked; it may be JSON.
  if (force || !existsSync(hre.config.paths.artifacts)) console.error("Compiling the contracts …");
  const unlock = await lockCache();
  const { log, warn } = console;
  console.log = console.warn = () => undefined;
  try {
    await hre.tasks.getTask("build").run({ force, quiet: true });
  } catch (error) {
    const refused = refusedWrite(error);
    if (refused === undefined) throw error;
    // What has been compiled is noted last, also where nothing had to be.
    if (!refused.startsWith(join(hre.config.paths.cache, "compile-cache.json"))) {
      throw new UsageError(`The contracts have to be compiled, and ${refused} cannot be written.`);
    }
  } finally {
    Object.assign(console, { log, warn });
    unlock?.();
  }
}

/** Hardhat notes what it has compiled under one name: of two that write it at once, one fails. */
async function lockCache(): Promise<(() => void) | undefined> {
  const { cache } = hre.config.paths;
  try {
    await mkdir(cache, { recursive: true });
    return await waitForLock(join(cache, "compile.lock"), { withinMs: 600_000 });
  } catch {
    return undefined; // Who cannot write there disturbs nobody.
  }
}

/** @returns The warnings that matter of what is built, as the compiler words them; no others are shown. */
export async function compilerWarnings(): Promise<string[]> {
  const warnings = new Set<string>();
  for (const id of await hre.artifacts.getAllBuildInfoIds()) {
    const path = await hre.artifacts.getBuildInfoOutputPath(id);
    if (path === undefined) continue;
    const { output } = JSON.parse(await readFile(path, "utf8")) as { output: { errors?: Diagnostic[] } };
    for (const diagnostic of (output.errors ?? []).filter(matters)) warnings.add(diagnostic.formattedMessage);
  }
  return [...warnings];
}
