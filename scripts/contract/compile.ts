/** Compiles the contracts, and says what the compiler had to say about our own files. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitForLock } from "@luxxon/chain/lock";
import { UsageError } from "@luxxon/chain/usageError";
import { openHardhat } from "./hardhat.ts";

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
  const hre = await openHardhat();
  // stdout belongs to the command that asked; it may be JSON.
  if (force || !existsSync(hre.config.paths.artifacts)) console.error("Compiling the contracts …");
  const unlock = await lockFolder(hre.config.paths.cache);
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
async function lockFolder(cache: string): Promise<(() => void) | undefined> {
  try {
    await mkdir(cache, { recursive: true });
    return await waitForLock(join(cache, "compile.lock"), { withinMs: 600_000 });
  } catch {
    return undefined; // Who cannot write there disturbs nobody.
  }
}

/** @returns How many contracts are built, and the warnings that matter, as the compiler words them; no others are shown. */
export async function whatIsBuilt(): Promise<{ contracts: number; warnings: string[] }> {
  const { artifacts } = await openHardhat();
  const warnings = new Set<string>();
  for (const id of await artifacts.getAllBuildInfoIds()) {
    const path = await artifacts.getBuildInfoOutputPath(id);
    if (path === undefined) continue;
    const { output } = JSON.parse(await readFile(path, "utf8")) as { output: { errors?: Diagnostic[] } };
    for (const diagnostic of (output.errors ?? []).filter(matters)) warnings.add(diagnostic.formattedMessage);
  }
  return { contracts: (await artifacts.getAllFullyQualifiedNames()).size, warnings: [...warnings] };
}
