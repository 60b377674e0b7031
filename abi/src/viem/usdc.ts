/** Prepares what a depositor signs for USDC, with the EIP-712 domain that the token itself names: it differs between chains. */
import type { Account, Address, Client, TypedDataDomain } from "viem";
import { getBlock, getChainId, readContract } from "viem/actions";
import { getAction, parseAccount } from "viem/utils";
import { NoAccountError } from "../errors.ts";
import { callOf, read, type SettlementParameters } from "./call.ts";

const string = [{ name: "", type: "string" }] as const;

/** What this package asks Circle's token. */
const usdcAbi = [
  { type: "function", name: "name", stateMutability: "view", inputs: [], outputs: string },
  { type: "function", name: "version", stateMutability: "view", inputs: [], outputs: string },
  {
    type: "function",
    name: "nonces",
    stateMutability: "view",
    inputs: [{ name: "owner", type: "address" }],
    outputs: [{ name: "", type: "uint256" }],
  },
] as const;

/** The token of the contract, as the contract itself names it. */
export function usdcOf(client: Client, parameters: SettlementParameters): Promise<Address> {
  return read(client, callOf(client, parameters, "usdc", []), {});
}

/** The EIP-712 domain of a USDC. */
export async function usdcDomain(client: Client, usdc: Address): Promise<TypedDataDomain> {
  const ask = getAction(client, readContract, "readContract");
  const [name, version, chainId] = await Promise.all([
    ask({ address: usdc, abi: usdcAbi, functionName: "name" }),
    ask({ address: usdc, abi: usdcAbi, functionName: "version" }),
    client.chain?.id ?? getAction(client, getChainId, "getChainId")({}),
  ]);
  return { name, version, chainId, verifyingContract: usdc } as TypedDataDomain;
}

/** The nonce of an owner's next permit. */
export function permitNonce(client: Client, usdc: Address, owner: Address): Promise<bigint> {
  const request = { address: usdc, abi: usdcAbi, functionName: "nonces", args: [owner] } as const;
  return getAction(client, readContract, "readContract")(request) as Promise<bigint>;
}

/**
 * Who signs.
 *
 * @throws {NoAccountError} Neither the parameters nor the client name an account.
 */
export function signerOf(client: Client, account: Account | Address | undefined): Account {
  const signer = account ?? client.account;
  if (signer === undefined) throw new NoAccountError();
  return parseAccount(signer);
}

/** Seconds by the chain's clock, which is what USDC goes by; this machine's may be wrong. */
export async function now(client: Client): Promise<bigint> {
  return (await getAction(client, getBlock, "getBlock")({})).timestamp;
}
