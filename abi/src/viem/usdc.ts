/** Prepares what a depositor signs for USDC, with the EIP-712 domain that the token itself names: it differs between chains. */
import type { Account, Address, BaseError, Client, Hash, Hex, TypedDataDomain } from "viem";
import { isErc6492Signature, parseErc6492Signature } from "viem";
import { getBlock, getChainId, getCode, readContract } from "viem/actions";
import { getAction, parseAccount } from "viem/utils";
import { NoAccountError, WalletSignatureError } from "../errors.ts";
import { nonces, version } from "../usdcAbi.ts";
import { callOf, read, type SettlementParameters } from "./call.ts";

/** What this package asks Circle's token; its name is ERC-20's. */
const usdcAbi = [{ ...version, name: "name" }, version, nonces] as const;

const erc1271Abi = [
  {
    type: "function",
    name: "isValidSignature",
    stateMutability: "view",
    inputs: [
      { name: "hash", type: "bytes32" },
      { name: "signature", type: "bytes" },
    ],
    outputs: [{ name: "", type: "bytes4" }],
  },
] as const;
const ERC1271_VALID = "0x1626ba7e";

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

/**
 * A signature as USDC takes it: it asks the code of whoever has code (ERC-1271; a smart wallet, an EIP-7702 account), and
 * knows no ERC-6492, in which wallets wrap what they sign.
 *
 * @throws {WalletSignatureError} It would refuse it.
 */
export async function signatureForUsdc(client: Client, signer: Address, digest: Hash, signed: Hex): Promise<Hex> {
  const signature = isErc6492Signature(signed) ? parseErc6492Signature(signed).signature : signed;
  if ((await getAction(client, getCode, "getCode")({ address: signer })) === undefined) {
    if (signature !== signed) throw new WalletSignatureError(signer, "the wallet is not deployed yet");
    return signature;
  }
  const request = {
    address: signer,
    abi: erc1271Abi,
    functionName: "isValidSignature",
    args: [digest, signature],
  } as const;
  const answer = await getAction(
    client,
    readContract,
    "readContract",
  )(request).catch((error: BaseError) => {
    const saidNo = error.walk((cause) => /^ContractFunction(Reverted|ZeroData)Error$/.test((cause as Error).name));
    if (saidNo === null) throw error;
  });
  if (answer !== ERC1271_VALID) throw new WalletSignatureError(signer, "the wallet's code does not vouch for it");
  return signature;
}

/** Seconds by the chain's clock, which is what USDC goes by; this machine's may be wrong. */
export async function now(client: Client): Promise<bigint> {
  return (await getAction(client, getBlock, "getBlock")({})).timestamp;
}
