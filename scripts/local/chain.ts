/** Local chains with Base's rules, as hardhat.config.ts describes them. */
import type { WalletClient } from "@nomicfoundation/hardhat-viem/types";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

/** `localBase` has Base's fees and predeploys, `localOsaka` Base's EVM rules of today; no simulator has both. */
export type LocalChainName = "localBase" | "localOsaka";

export type LocalChain = NetworkConnection<"l1">;
export type Wallet = WalletClient;

/**
 * Opens a fresh chain in this process.
 *
 * The OP chain's clients know more than the L1 chain's, never less, so both go by the L1 type. What only an OP chain
 * can do (the L1 fee) lives in `l1Fee.ts`.
 */
export async function openLocalChain(name: LocalChainName): Promise<LocalChain> {
  return (await network.create(name)) as unknown as LocalChain;
}

/** Starts a chain that other processes can reach too, at `http://127.0.0.1:port`, and connects to it. */
export async function serveLocalChain(name: LocalChainName, port: number) {
  const server = await network.createServer(name, "127.0.0.1", port);
  const { address, port: actualPort } = await server.listen();
  const url = `http://${address}:${actualPort}`;
  const chain = await network.create({ network: "localNode", override: { url } });
  return {
    chain: chain as unknown as LocalChain,
    url,
    closed: () => server.afterClosed(),
    close: () => server.close(),
  };
}
