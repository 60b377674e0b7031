/** Opens local chains with Base's rules, as hardhat.config.ts describes them, and says who has money there. */
import type { PublicClient, WalletClient } from "@nomicfoundation/hardhat-viem/types";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { type Abi, type Address, type GetContractReturnType, getAddress, getContract, type Hex } from "viem";
import { localAccounts } from "./accounts.ts";

/** `localBase` has Base's fees and predeploys, `localOsaka` Base's EVM rules of today; no simulator has both. */
export type LocalChainName = "localBase" | "localOsaka";

export type LocalChain = NetworkConnection;
export type Wallet = WalletClient;

/** Opens a fresh chain in this process. What only an OP chain can do (the L1 fee) lives in `l1Fee.ts`. */
export function openLocalChain(name: LocalChainName): Promise<LocalChain> {
  return network.create({ network: name, override: { accounts: localAccounts() } });
}

/**
 * Starts a chain that other processes can reach too, at `http://127.0.0.1:port`, and connects to it.
 *
 * @param port 0: any that is free.
 * @param options.chainId Default: Base Sepolia's.
 * @param options.initialDate When its first block was made; default: now.
 * @param options.accounts How many have a key; default: 140.
 */
export async function serveLocalChain(
  name: LocalChainName,
  port: number,
  { accounts, ...rest }: { chainId?: number; initialDate?: Date; accounts?: number } = {},
) {
  const override = { ...rest, accounts: localAccounts(accounts) };
  const server = await network.createServer({ network: name, override }, "127.0.0.1", port);
  const { address, port: actualPort } = await server.listen();
  const url = `http://${address}:${actualPort}`;
  return {
    chain: await network.create({ network: "localNode", override: { url } }),
    url,
    closed: () => server.afterClosed(),
    /** Stops listening. It does not wait: a client that keeps a connection open could make that a minute. */
    close() {
      server.close().catch(() => undefined);
    },
  };
}

/** The chain's accounts that have a key: the first by these names, and all that are left. */
export async function peopleOf<const Name extends string>(chain: LocalChain, names: readonly Name[]) {
  const clients = await chain.viem.getWalletClients();
  if (clients.length < names.length) throw new Error("the chain has too few accounts");
  // By checksummed addresses, as events name them.
  const wallets = await Promise.all(
    clients.map(({ account }) => chain.viem.getWalletClient(getAddress(account.address))),
  );
  const people = Object.fromEntries(names.map((name, i) => [name, wallets[i]])) as Record<Name, Wallet>;
  return { people, others: wallets.slice(names.length) };
}

export type Contract<ContractAbi extends Abi> = GetContractReturnType<
  ContractAbi,
  { public: PublicClient; wallet: Wallet },
  Address
>;

/** A typed client for the contract at `address`; it sends as the chain's first account unless told otherwise. */
export async function contractAt<const ContractAbi extends Abi>(
  chain: LocalChain,
  address: Address,
  abi: ContractAbi,
): Promise<Contract<ContractAbi>> {
  const [wallet] = await chain.viem.getWalletClients();
  const client = { public: await chain.viem.getPublicClient(), wallet: wallet as Wallet };
  return getContract({ address, abi, client }) as Contract<ContractAbi>;
}

/** Sends creation code, with its arguments behind it, and says where the contract is now. */
export async function deployCode({ viem }: Pick<LocalChain, "viem">, by: Wallet, data: Hex): Promise<Address> {
  const publicClient = await viem.getPublicClient();
  const { contractAddress } = await publicClient.waitForTransactionReceipt({
    hash: await by.sendTransaction({ data }),
  });
  if (!contractAddress) throw new Error("the deployment made no contract");
  return getAddress(contractAddress);
}
