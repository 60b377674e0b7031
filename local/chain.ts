/** Local chains with Base's rules, as hardhat.config.ts describes them. */
import type { WalletClient } from "@nomicfoundation/hardhat-viem/types";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { getAddress } from "viem";

/** `localBase` has Base's fees and predeploys, `localOsaka` Base's EVM rules of today; no simulator has both. */
export type LocalChainName = "localBase" | "localOsaka";

export type LocalChain = NetworkConnection;
export type Wallet = WalletClient;

/** Opens a fresh chain in this process. What only an OP chain can do (the L1 fee) lives in `l1Fee.ts`. */
export function openLocalChain(name: LocalChainName): Promise<LocalChain> {
  return network.create(name);
}

/**
 * Starts a chain that other processes can reach too, at `http://127.0.0.1:port`, and connects to it.
 *
 * @param port 0: any that is free.
 * @param override.chainId Default: Base Sepolia's.
 * @param override.initialDate When its first block was made; default: now.
 * @param override.accounts How many have a key; deriving them is most of the time that it takes to start.
 */
export async function serveLocalChain(
  name: LocalChainName,
  port: number,
  override: { chainId?: number; initialDate?: Date; accounts?: { count: number } } = {},
) {
  const server = await network.createServer({ network: name, override }, "127.0.0.1", port);
  const { address, port: actualPort } = await server.listen();
  const url = `http://${address}:${actualPort}`;
  const chain = await network.create({ network: "localNode", override: { url } });
  return {
    chain,
    url,
    closed: () => server.afterClosed(),
    /** Stops listening. It does not wait: a client that keeps a connection open could make that a minute. */
    close() {
      server.close().catch(() => undefined);
    },
  };
}

/** The wallets of a chain, each by its checksummed address, as events name them. */
export async function walletsOf(chain: LocalChain): Promise<Wallet[]> {
  const wallets = await chain.viem.getWalletClients();
  return Promise.all(wallets.map(({ account }) => chain.viem.getWalletClient(getAddress(account.address))));
}
