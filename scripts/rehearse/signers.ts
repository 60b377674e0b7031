/** A multisig on a local chain, whose signers do with a Builder file what the app and real ones do. */

import type { ReadClient } from "@luxxon/chain/rpc/client";
import { type BuilderFile, calldataOf } from "@luxxon/chain/safe/builderFile";
import { safeAbi, safeTypedData } from "@luxxon/chain/safe/safe";
import {
  type Address,
  concatHex,
  createWalletClient,
  type Hash,
  type Hex,
  http,
  isAddressEqual,
  type LocalAccount,
} from "viem";

/** An account that signs: with its own key, or through a node that holds it. */
export type Signer = Address | LocalAccount;

/** A Safe, or what behaves as one, on the chain at `rpcUrl`. */
export interface LocalSafe {
  address: Address;
  /** As many of its owners as shall sign. */
  signers: readonly Signer[];
  /** Pays for the execution; need be nobody in particular. */
  executor: Signer;
}

/** A wallet of an account at a node. */
export function walletAt(rpcUrl: string, account: Signer) {
  return createWalletClient({ account, transport: http(rpcUrl) });
}

/** Encodes each call of a file as the app does, lets the signers sign it, and executes it. */
export async function executeBuilderFile(
  client: ReadClient,
  rpcUrl: string,
  safe: LocalSafe,
  file: BuilderFile,
): Promise<Hash[]> {
  const chainId = await client.getChainId();
  if (file.chainId !== String(chainId)) throw new Error(`the file is for chain ${file.chainId}, not ${chainId}`);
  const { createdFromSafeAddress } = file.meta;
  if (!isAddressEqual(createdFromSafeAddress, safe.address))
    throw new Error(`the file is for the Safe ${createdFromSafeAddress}, not ${safe.address}`);
  const hashes: Hash[] = [];
  for (const transaction of file.transactions) {
    hashes.push(await executeCall(client, rpcUrl, safe, transaction.to, calldataOf(transaction)));
  }
  return hashes;
}

/**
 * One call that the signers sign, whoever asked for it.
 *
 * @throws if the Safe refuses the signatures, or the call is reverted.
 */
export async function executeCall(
  client: ReadClient,
  rpcUrl: string,
  { address, signers, executor }: LocalSafe,
  to: Address,
  data: Hex,
): Promise<Hash> {
  const chainId = await client.getChainId();
  const nonce = await client.readContract({ address, abi: safeAbi, functionName: "nonce" });
  const typedData = safeTypedData({ chainId, safe: address, to, data, nonce });
  // A Safe wants its signatures in the order of its signers' addresses.
  const inOrder = [...signers].sort((a, b) => (addressOf(a).toLowerCase() < addressOf(b).toLowerCase() ? -1 : 1));
  const signatures: Hex[] = [];
  for (const signer of inOrder) signatures.push(await walletAt(rpcUrl, signer).signTypedData(typedData));
  const { value, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = typedData.message;
  const payment = [operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver] as const;
  const { request } = await client.simulateContract({
    account: executor,
    address,
    abi: safeAbi,
    functionName: "execTransaction",
    args: [to, value, data, ...payment, concatHex(signatures)],
  });
  const hash = await walletAt(rpcUrl, executor).writeContract({ ...request, account: executor, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`the Safe's transaction ${hash} was reverted`);
  return hash;
}

function addressOf(signer: Signer): Address {
  return typeof signer === "string" ? signer : signer.address;
}
