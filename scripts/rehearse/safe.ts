/** A multisig on a local chain, and its signers, who sign what a Builder file says. */
import hre from "hardhat";
import { type Account, type Address, concatHex, createWalletClient, getAddress, type Hash, type Hex, http } from "viem";
import { parseAccount } from "viem/accounts";
import type { ReadClient } from "../chain/client.ts";
import { type BuilderFile, calldataOf } from "../safe/builderFile.ts";
import { safeAbi, safeTypedData } from "../safe/safe.ts";

/** A signer with a key, or the address of one whose key the chain's node holds. */
export type Signer = Account | Address;

/** A Safe, or what behaves as one, and owners of it that sign: at least as many as its threshold. */
export interface LocalSafe {
  address: Address;
  signers: Signer[];
}

export function walletAt(rpcUrl: string, account: Signer) {
  return createWalletClient({ account, transport: http(rpcUrl) });
}

/** Deploys `test/contracts/TestSafe.sol`. @param owners Accounts of the node. */
export async function deployTestSafe(
  client: ReadClient,
  rpcUrl: string,
  owners: [Address, ...Address[]],
  threshold: number,
): Promise<LocalSafe> {
  const { abi, bytecode } = await hre.artifacts.readArtifact("TestSafe");
  const hash = await walletAt(rpcUrl, owners[0]).deployContract({
    abi,
    bytecode: bytecode as Hex,
    args: [owners, BigInt(threshold)],
    chain: null,
  });
  const { contractAddress } = await client.waitForTransactionReceipt({ hash });
  if (!contractAddress) throw new Error("the multisig was not deployed");
  return { address: getAddress(contractAddress), signers: owners.slice(0, threshold) };
}

/** Does with a Builder file what app and signers do: encodes each call, signs it, executes it. */
export async function executeBuilderFile(
  client: ReadClient,
  rpcUrl: string,
  safe: LocalSafe,
  file: BuilderFile,
): Promise<Hash[]> {
  const chainId = await client.getChainId();
  if (file.chainId !== String(chainId)) throw new Error(`the file is for chain ${file.chainId}, not ${chainId}`);
  if (file.meta.createdFromSafeAddress !== safe.address)
    throw new Error(`the file is for the Safe ${file.meta.createdFromSafeAddress}, not ${safe.address}`);
  const hashes: Hash[] = [];
  for (const transaction of file.transactions) {
    hashes.push(await executeCall(client, rpcUrl, safe, transaction.to, calldataOf(transaction)));
  }
  return hashes;
}

/** One call that the signers sign, whoever asked for it. */
export async function executeCall(
  client: ReadClient,
  rpcUrl: string,
  { address, signers }: LocalSafe,
  to: Address,
  data: Hex,
): Promise<Hash> {
  const chainId = await client.getChainId();
  const nonce = await client.readContract({ address, abi: safeAbi, functionName: "nonce" });
  const typedData = safeTypedData({ chainId, safe: address, to, data, nonce });
  // A Safe wants its signatures in the order of its signers' addresses.
  const order = (signer: Signer) => parseAccount(signer).address.toLowerCase();
  const inOrder = [...signers].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const signatures: Hex[] = [];
  for (const signer of inOrder) signatures.push(await walletAt(rpcUrl, signer).signTypedData(typedData));
  const { value, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = typedData.message;
  const executor = signers[0];
  if (executor === undefined) throw new Error("nobody signs");
  const { request } = await client.simulateContract({
    account: executor,
    address,
    abi: safeAbi,
    functionName: "execTransaction",
    args: [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, concatHex(signatures)],
  });
  const hash = await walletAt(rpcUrl, executor).writeContract({ ...request, chain: null });
  const { status } = await client.waitForTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`the Safe's transaction ${hash} was reverted`);
  return hash;
}
