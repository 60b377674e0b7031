/** Reads what a Safe says of itself, and computes what its signers sign. */
import {
  type Address,
  BaseError,
  ContractFunctionExecutionError,
  domainSeparator,
  type Hex,
  hashStruct,
  hashTypedData,
  parseAbi,
  zeroAddress,
} from "viem";
import type { ReadClient } from "../rpc/client.ts";

export const safeAbi = parseAbi([
  "function VERSION() view returns (string)",
  "function getThreshold() view returns (uint256)",
  "function getOwners() view returns (address[])",
  "function nonce() view returns (uint256)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool success)",
]);

export interface Safe {
  address: Address;
  version: string;
  /** How many of the owners have to sign. */
  threshold: number;
  /** In ascending order: a Safe's own order means nothing. */
  owners: Address[];
  /** Of its next transaction. */
  nonce: bigint;
}

/** Tells an account with a key that has delegated to code (EIP-7702): it may answer as a Safe does, and is still one key. */
export function isDelegation(code: Hex): boolean {
  return /^0xef0100/i.test(code);
}

/** @returns undefined if what is at the address is no Safe: nothing, a plain key, or another contract. */
export async function readSafe(client: ReadClient, address: Address, blockNumber?: bigint): Promise<Safe | undefined> {
  const code = await client.getCode({ address, blockNumber });
  if (code === undefined || isDelegation(code)) return undefined;
  const read = <name extends "VERSION" | "getThreshold" | "getOwners" | "nonce">(functionName: name) =>
    client.readContract({ address, abi: safeAbi, functionName, blockNumber });
  try {
    const [version, threshold, owners, nonce] = await Promise.all([
      read("VERSION"),
      read("getThreshold"),
      read("getOwners"),
      read("nonce"),
    ]);
    const sorted = [...owners].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    return { address, version, threshold: Number(threshold), owners: sorted, nonce };
  } catch (error) {
    if (isAnswerOfAnother(error)) return undefined;
    throw error;
  }
}

/** Tells a contract that answered, but not as a Safe: it has no such function, or its result is something else. */
function isAnswerOfAnother(error: unknown): boolean {
  if (!(error instanceof ContractFunctionExecutionError)) return false;
  const names = ["ContractFunctionZeroDataError", "ContractFunctionRevertedError", "AbiDecodingDataSizeTooSmallError"];
  return error.walk((cause) => cause instanceof BaseError && names.includes(cause.name)) !== null;
}

/** In a few words: "Safe 1.4.1, 2 of 3". */
export function describeSafe({ version, threshold, owners }: Pick<Safe, "version" | "threshold" | "owners">): string {
  return `Safe ${version}, ${threshold} of ${owners.length}`;
}

const SAFE_TX = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** A plain call, paid for by whoever executes it: what the Safe app makes of a Builder file with one transaction. */
export interface SafeTransaction {
  chainId: number;
  safe: Address;
  to: Address;
  data: Hex;
  nonce: bigint;
}

/** What a signer's wallet is given to sign, as EIP-712 typed data. */
export function safeTypedData({ chainId, safe, to, data, nonce }: SafeTransaction) {
  return {
    // Since Safe 1.3.0 the domain has no name and no version.
    domain: { chainId, verifyingContract: safe },
    types: SAFE_TX,
    primaryType: "SafeTx",
    message: {
      to,
      value: 0n,
      data,
      operation: 0,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce,
    },
  } as const;
}

export interface SafeHashes {
  /** What hardware wallets show apart, if they show any of it. */
  domainHash: Hex;
  messageHash: Hex;
  safeTxHash: Hex;
}

/** The hashes by which a signer can tell that the wallet shows this transaction and no other. */
export function safeHashes(transaction: SafeTransaction): SafeHashes {
  const typedData = safeTypedData(transaction);
  return {
    domainHash: domainSeparator({ domain: typedData.domain }),
    messageHash: hashStruct({ data: typedData.message, primaryType: "SafeTx", types: SAFE_TX }),
    safeTxHash: hashTypedData(typedData),
  };
}

/** The same in lines, as they are to be compared. */
export function hashLines({ domainHash, messageHash, safeTxHash }: SafeHashes): string[] {
  return [`domain hash   ${domainHash}`, `message hash  ${messageHash}`, `SafeTx hash   ${safeTxHash}`];
}
