/** Local chains with Base's rules, as hardhat.config.ts describes them. */
import type { GetContractReturnType, WalletClient } from "@nomicfoundation/hardhat-viem/types";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import type { Abi } from "viem";

/** `localBase` has Base's fees and predeploys, `localOsaka` Base's EVM rules of today; no simulator has both. */
export type LocalChainName = "localBase" | "localOsaka";

export type LocalChain = NetworkConnection<"l1">;
export type Wallet = WalletClient;
export type Contract<TAbi extends Abi> = GetContractReturnType<TAbi>;

/**
 * Opens a fresh chain in this process.
 *
 * The OP chain's clients know more than the L1 chain's, never less, so both go by the L1 type. What only an OP chain
 * can do (the L1 fee) lives in `l1Fee.ts`.
 */
export async function openLocalChain(name: LocalChainName): Promise<LocalChain> {
  return (await network.create(name)) as unknown as LocalChain;
}
