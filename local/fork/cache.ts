/** Clears what Hardhat keeps on disk of the chains that it has forked. */
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import hre from "hardhat";

/**
 * Forgets what forks have read from a port of this machine. Hardhat keeps it by host and port, and one day another chain
 * is served there, which must not be taken for this one.
 */
export function forgetLocalChain(url: string): void {
  const cache = join(hre.config.paths.cache, "edr-fork-cache");
  for (const folder of globSync(`**/127.0.0.1_${new URL(url).port}`, { cwd: cache })) {
    rmSync(join(cache, folder), { recursive: true, force: true });
  }
}
