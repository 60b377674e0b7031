/** What the user's environment says about endpoints. Beside hardhat.config.ts, nothing else reads it for settings. */
import process from "node:process";
import type { BaseChain } from "./baseChains.ts";
import { UsageError } from "./cli.ts";

export interface ForkSource {
  /** A JSON-RPC endpoint of the chain. */
  rpcUrl: string;
  /** The block to fork from; undefined: a recent one. */
  block: bigint | undefined;
}

/** Where forks of a chain shall come from; undefined if the environment does not say. */
export function forkSourceOf({ rpcUrlVariable, forkBlockVariable }: BaseChain): ForkSource | undefined {
  // CI sets secrets that do not exist to "".
  const rpcUrl = process.env[rpcUrlVariable] || undefined;
  const block = process.env[forkBlockVariable] || undefined;
  if (block !== undefined && !/^\d+$/.test(block)) {
    throw new UsageError(`${forkBlockVariable} takes a block number, not "${block}".`);
  }
  if (rpcUrl !== undefined) return { rpcUrl, block: block === undefined ? undefined : BigInt(block) };
  if (block !== undefined) throw new UsageError(`${forkBlockVariable} goes with ${rpcUrlVariable}, which is not set.`);
  return undefined;
}

/** The endpoint of a chain. @throws {UsageError} if the environment names none. */
export function rpcUrlOf({ rpcUrlVariable, title }: BaseChain): string {
  const rpcUrl = process.env[rpcUrlVariable] || undefined;
  if (rpcUrl === undefined) throw new UsageError(`${rpcUrlVariable} is not set: it names an endpoint of ${title}.`);
  return rpcUrl;
}
