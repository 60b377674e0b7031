/** Reads what a Safe says of itself, and computes what its signers sign. */
import {
  type Address,
  domainSeparator,
  getAddress,
  type Hex,
  hashStruct,
  hashTypedData,
  keccak256,
  pad,
  parseAbi,
  slice,
  toHex,
  zeroAddress,
} from "viem";
import { isAnswerOfAnother, type ReadClient } from "../rpc/client.ts";

export const safeAbi = parseAbi([
  "function VERSION() view returns (string)",
  "function getThreshold() view returns (uint256)",
  "function getOwners() view returns (address[])",
  "function nonce() view returns (uint256)",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
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
  /** Contracts that execute in its name what they like, without a signature. */
  modules: Address[];
  /** Contracts that are asked before it executes, and may refuse. */
  guards: Address[];
}

/** Modules and guards that the team knows of. */
export interface Listed {
  ownerModules?: readonly Address[] | undefined;
  ownerGuards?: readonly Address[] | undefined;
}

/** Begins and ends a Safe's list of modules. */
const SENTINEL = "0x0000000000000000000000000000000000000001";
/** So many modules no Safe has. */
const MODULES = 100n;
/** Where a Safe keeps the guard of transactions (since 1.3.0), and that of modules (since 1.5.0). */
const GUARD_SLOTS = ["guard_manager.guard.address", "module_manager.module_guard.address"].map((name) =>
  keccak256(toHex(name)),
);

/** Tells an account with a key that has delegated to code (EIP-7702): it may answer as a Safe does, and is still one key. */
export function isDelegation(code: Hex): boolean {
  return /^0xef0100/i.test(code);
}

/** @returns undefined if what is at the address is no Safe: nothing, a plain key, or another contract. */
export async function readSafe(client: ReadClient, address: Address, blockNumber?: bigint): Promise<Safe | undefined> {
  const code = await client.getCode({ address, blockNumber });
  if (code === undefined || isDelegation(code)) return undefined;
  const common = { address, abi: safeAbi, blockNumber } as const;
  const read = <name extends "VERSION" | "getThreshold" | "getOwners" | "nonce">(functionName: name) =>
    client.readContract({ ...common, functionName });
  try {
    const [version, threshold, owners, nonce, [modules, next], ...guards] = await Promise.all([
      read("VERSION"),
      read("getThreshold"),
      read("getOwners"),
      read("nonce"),
      client.readContract({ ...common, functionName: "getModulesPaginated", args: [SENTINEL, MODULES] }),
      ...GUARD_SLOTS.map((slot) => client.getStorageAt({ address, slot, blockNumber })),
    ]);
    return {
      address,
      version,
      threshold: Number(threshold),
      owners: ascending(owners),
      nonce,
      modules: ascending(next === SENTINEL || next === zeroAddress ? modules : [...modules, next]),
      guards: ascending(guards.map((word) => getAddress(slice(pad(word ?? "0x"), 12)))).filter(
        (it) => it !== zeroAddress,
      ),
    };
  } catch (error) {
    if (isAnswerOfAnother(error)) return undefined;
    throw error;
  }
}

function ascending(accounts: readonly Address[]): Address[] {
  return [...accounts].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}

/** What of a Safe's modules and guards nobody has named: a sentence each. */
export function unlisted({ modules, guards }: Safe, { ownerModules = [], ownerGuards = [] }: Listed): string[] {
  const others = (all: readonly Address[], listed: readonly Address[]) => all.filter((one) => !listed.includes(one));
  return [
    ...others(modules, ownerModules).map((one) => `its module ${one} can do alone all that its signers can together`),
    ...others(guards, ownerGuards).map((one) => `its guard ${one} can refuse whatever its signers have signed`),
  ];
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
