/** Finds the endpoint of a live chain: every command that needs one looks in the same two places. */
import type { BaseChain } from "@luxxon/chain/baseChains";
import { rpcUrlInEnvironment } from "@luxxon/chain/config";

/** From the environment, or else from Hardhat's keystore. @throws {UsageError} saying how to set it. */
export async function rpcUrlOf(base: BaseChain): Promise<string> {
  const rpcUrl = rpcUrlInEnvironment(base);
  if (rpcUrl !== undefined) return rpcUrl;
  // Hardhat takes a second to load, which who looks again and again need not wait for.
  const { readRpcUrl } = await import("./keystore.ts");
  return readRpcUrl(base);
}
