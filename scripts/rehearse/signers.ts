/** Lets the signers of a multisig on a local chain do with a Builder file what real ones do in the Safe's app. */

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
  publicActions,
} from "viem";

/** An account that signs: with its own key, or through a node that holds it. */
export type Signer = Address | LocalAccount;

/** A Safe, or what behaves as one. */
export interface LocalSafe {
  /** The node of its chain. */
  rpcUrl: string;
  address: Address;
  /** Those of its owners who sign. */
  signers: readonly Signer[];
  /** Pays for the execution; need be nobody in particular. */
  executor: Signer;
}

/** A wallet of an account at a node, which reads the chain too. */
export function walletAt(rpcUrl: string, account: Signer) {
  return createWalletClient({ account, transport: http(rpcUrl), cacheTime: 0 }).extend(publicActions);
}

/** Encodes each call of a file as the app does, lets the signers sign it, and executes it. */
export async function executeBuilderFile(safe: LocalSafe, file: BuilderFile): Promise<Hash[]> {
  const chainId = await walletAt(safe.rpcUrl, safe.executor).getChainId();
  if (file.chainId !== String(chainId)) throw new Error(`the file is for chain ${file.chainId}, not ${chainId}`);
  const { createdFromSafeAddress } = file.meta;
  if (!isAddressEqual(createdFromSafeAddress, safe.address))
    throw new Error(`the file is for the Safe ${createdFromSafeAddress}, not ${safe.address}`);
  const hashes: Hash[] = [];
  for (const transaction of file.transactions) {
    hashes.push(await executeCall(safe, transaction.to, calldataOf(transaction)));
  }
  return hashes;
}

/**
 * Executes one call that the signers sign, whoever asked for it.
 *
 * @throws if the Safe refuses the signatures, or the call is reverted.
 */
export async function executeCall(
  { rpcUrl, address, signers, executor }: LocalSafe,
  to: Address,
  data: Hex,
): Promise<Hash> {
  const client = walletAt(rpcUrl, executor);
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
  const hash = await client.writeContract({ ...request, account: executor, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`the Safe's transaction ${hash} was reverted`);
  return hash;
}

function addressOf(signer: Signer): Address {
  return typeof signer === "string" ? signer : signer.address;
}
