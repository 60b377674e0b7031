/** Where a live chain is read: every command that needs it looks in the same two places. */
import type { BaseChain } from "../baseChains.ts";
import { rpcUrlInEnvironment } from "../config.ts";

/** From the environment, or else from Hardhat's keystore. @throws {UsageError} saying how to set it. */
export async function rpcUrlOf(base: BaseChain): Promise<string> {
  const rpcUrl = rpcUrlInEnvironment(base);
  if (rpcUrl !== undefined) return rpcUrl;
  // Hardhat takes a second to load, which who looks again and again need not wait for.
  const { readRpcUrl } = await import("../deploy/access.ts");
  return readRpcUrl(base);
}
