/** Reads what the user's environment says about endpoints, and of flags that npm kept. Beside hardhat.config.ts, nothing else reads it for settings. */
import process from "node:process";
import type { BaseChain } from "./baseChains.ts";
import { UsageError } from "./usageError.ts";

export interface ForkSource {
  /** A JSON-RPC endpoint of the chain. */
  rpcUrl: string;
  /** The block to fork from; undefined: a recent one. */
  block: bigint | undefined;
}

/** Where forks of a chain come from; undefined if the environment does not say. */
export function forkSourceOf(base: BaseChain): ForkSource | undefined {
  const { rpcUrlVariable, forkBlockVariable } = base;
  const rpcUrl = rpcUrlInEnvironment(base);
  const block = forkBlockOf(base);
  if (rpcUrl !== undefined) return { rpcUrl, block };
  if (block !== undefined) throw new UsageError(`${forkBlockVariable} goes with ${rpcUrlVariable}, which is not set.`);
  return undefined;
}

/** A JSON-RPC endpoint of a chain; undefined if the environment does not say. */
export function rpcUrlInEnvironment({ rpcUrlVariable }: BaseChain): string | undefined {
  // CI sets secrets that do not exist to "".
  return process.env[rpcUrlVariable] || undefined;
}

/** The block at which forks of a chain start; undefined if the environment does not say. */
export function forkBlockOf({ forkBlockVariable }: BaseChain): bigint | undefined {
  const block = process.env[forkBlockVariable] || undefined;
  if (block === undefined) return undefined;
  if (/^\d+$/.test(block)) return BigInt(block);
  throw new UsageError(`${forkBlockVariable} takes a block number, not "${block}".`);
}

/** Where a rehearsal serves its explorers; it says so to the commands that it starts. */
export function rehearsalExplorers(): string {
  const url = process.env.LUXXON_REHEARSAL_EXPLORERS;
  if (url === undefined) throw new UsageError("scripts/rehearse/hardhat.config.ts is for `npm run rehearse` alone.");
  return url;
}

/**
 * The flags that npm took for its own, as `npm run demo --json` lets it. Only where npm started this very script: what a
 * script starts in turn inherits the environment.
 */
export function flagsKeptByNpm(script: string, flags: readonly string[]): string[] {
  const { npm_lifecycle_script: started = "" } = process.env;
  if (!started.split(" ").some((word) => word.endsWith(".ts") && script.endsWith(`/${word}`))) return [];
  // npm leaves "" where a setting has no value; and an environment may say "yes" to npm for good.
  return flags.filter((flag) => flag !== "yes" && process.env[`npm_config_${flag.replaceAll("-", "_")}`]);
}
