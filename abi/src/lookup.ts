/** Looks up addresses by chain ids that are known only at run time: undefined where there is none. */
import { luxxonSettlementAddress, luxxonSettlementDeployments } from "./generated/deployments.ts";
import { usdcAddress } from "./usdcAddress.ts";

type Address = `0x${string}`;

/** A chain that has an active LuxxonSettlement; `never` while none has. */
export type LuxxonChainId = keyof typeof luxxonSettlementAddress;

/** A chain whose USDC this package knows. */
export type UsdcChainId = keyof typeof usdcAddress;

/** One LuxxonSettlement: the contract is replaced and never upgraded, so a chain has a history of them. */
export interface LuxxonSettlementDeployment {
  readonly address: Address;
  /** `LuxxonSettlement.version()`. */
  readonly version: string;
  /** Only the active one takes deposits from new clients; every one can be withdrawn from. */
  readonly status: "active" | "withdraw-only";
  /** The block of the deployment: where an indexer starts. */
  readonly fromBlock: bigint;
  readonly txHash: `0x${string}`;
  readonly constructorArgs: readonly string[];
  /** keccak256 of the code at the address. */
  readonly codeHash: `0x${string}`;
  /** Commit of the sources. */
  readonly sourceCommit: string;
  /** Pages that show the verified sources, by explorer. */
  readonly verified: Readonly<Record<string, string>>;
}

/** The active LuxxonSettlement of a chain, or undefined. */
export function getLuxxonSettlementAddress(chainId: number): Address | undefined {
  return own<Address>(luxxonSettlementAddress, chainId);
}

/** Every LuxxonSettlement of a chain, oldest first; none: an empty list. */
export function getLuxxonSettlementDeployments(chainId: number): readonly LuxxonSettlementDeployment[] {
  return own<readonly LuxxonSettlementDeployment[]>(luxxonSettlementDeployments, chainId) ?? [];
}

/** Circle's USDC on a chain, or undefined. */
export function getUsdcAddress(chainId: number): Address | undefined {
  return own<Address>(usdcAddress, chainId);
}

function own<T>(map: object, chainId: number): T | undefined {
  return Object.hasOwn(map, chainId) ? (map as Record<number, T>)[chainId] : undefined;
}
