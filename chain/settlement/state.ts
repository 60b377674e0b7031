/** A contract as it stands at one block: what the code is, who holds which role, what is owed and what is there. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type Address, type BlockNumber, getAddress, type Hash, type Hex, keccak256, pad, sliceHex } from "viem";
import type { DeploymentRecord } from "../deployments/record.ts";
import type { ReadClient } from "../rpc/client.ts";
import { readSafe, type Safe } from "../safe/safe.ts";
import { UsageError } from "../usageError.ts";
import { IMPLEMENTATION_SLOT, usdcAbi } from "../usdc.ts";

export interface Block {
  number: bigint;
  hash: Hash;
  /** Seconds since 1970. */
  timestamp: bigint;
}

/** The last block now. */
export async function headOf(client: ReadClient): Promise<Block> {
  const { number, hash, timestamp } = await client.getBlock({ blockTag: "latest" });
  return { number, hash, timestamp };
}

/** @throws {UsageError} if the endpoint has not come to the deployment yet. */
export function refuseEarlier(record: DeploymentRecord, block: Block): void {
  if (block.number >= BigInt(record.fromBlock)) return;
  throw new UsageError(
    `The endpoint is at block ${block.number}, before the deployment of ${record.address} in block ${record.fromBlock}.`,
  );
}

/** The state now of a contract that is the recorded one. @throws {UsageError} if it is not. */
export async function readRecorded(client: ReadClient, record: DeploymentRecord) {
  const block = await headOf(client);
  refuseEarlier(record, block);
  if ((await readCode(client, record, block.number)).codeHash !== record.codeHash)
    throw new UsageError(`${record.address} is not the contract that was recorded: npm run check says more.`);
  return { block, state: await readState(client, record, block.number) };
}

/** The code alone: enough to tell whether asking for more means anything. */
export interface CodeState {
  /** undefined: there is none. */
  codeHash: Hex | undefined;
  maskedCodeHash: Hex | undefined;
}

export interface ContractState {
  version: string;
  usdc: Address;
  owner: Address;
  pendingOwner: Address;
  relayer: Address;
  guardian: Address;
  platformWallet: Address;
  /** µUSDC a day, 0 for none. */
  defaultDailyLimit: bigint;
  poolDailyLimit: bigint;
  paused: boolean;
  /** µUSDC */
  totalDeposits: bigint;
  totalCredits: bigint;
  usdcBalance: bigint;
  token: {
    paused: boolean;
    /** Whether Circle has denylisted … */
    contractDenylisted: boolean;
    platformWalletDenylisted: boolean;
    implementation: Address;
  };
  /** The owner, if it is a Safe. */
  safe: Safe | undefined;
}

export async function readCode(
  client: ReadClient,
  { address, constructorArgs: { usdc } }: DeploymentRecord,
  blockNumber: BlockNumber,
): Promise<CodeState> {
  const code = await client.getCode({ address, blockNumber });
  if (code === undefined) return { codeHash: undefined, maskedCodeHash: undefined };
  return { codeHash: keccak256(code), maskedCodeHash: keccak256(withoutToken(code, usdc)) };
}

/**
 * Code with its immutables set to zero, without a build to say where they are. The only one is the token's address, and no other
 * word of the code can equal it: the compiler did not know it.
 */
export function withoutToken(code: Hex, usdc: Address): Hex {
  const word = pad(usdc.toLowerCase() as Hex).slice(2);
  return code.replaceAll(word, "0".repeat(word.length)) as Hex;
}

export async function readState(
  client: ReadClient,
  { address, constructorArgs }: DeploymentRecord,
  blockNumber: BlockNumber,
): Promise<ContractState> {
  const contract = { address, abi: luxxonSettlementAbi, blockNumber } as const;
  const token = { address: constructorArgs.usdc, abi: usdcAbi, blockNumber } as const;
  const [roles, [version, usdc], limits, [paused, totalDeposits, totalCredits], usdcBalance, tokenPaused, slot] =
    await Promise.all([
      Promise.all([
        client.readContract({ ...contract, functionName: "owner" }),
        client.readContract({ ...contract, functionName: "pendingOwner" }),
        client.readContract({ ...contract, functionName: "relayer" }),
        client.readContract({ ...contract, functionName: "guardian" }),
        client.readContract({ ...contract, functionName: "platformWallet" }),
      ]),
      Promise.all([
        client.readContract({ ...contract, functionName: "version" }),
        client.readContract({ ...contract, functionName: "usdc" }),
      ]),
      Promise.all([
        client.readContract({ ...contract, functionName: "defaultDailyLimit" }),
        client.readContract({ ...contract, functionName: "pool" }),
      ]),
      Promise.all([
        client.readContract({ ...contract, functionName: "paused" }),
        client.readContract({ ...contract, functionName: "totalDeposits" }),
        client.readContract({ ...contract, functionName: "totalCredits" }),
      ]),
      client.readContract({ ...token, functionName: "balanceOf", args: [address] }),
      client.readContract({ ...token, functionName: "paused" }),
      client.getStorageAt({ address: token.address, slot: IMPLEMENTATION_SLOT, blockNumber }),
    ]);
  const [owner, pendingOwner, relayer, guardian, platformWallet] = roles;
  const [defaultDailyLimit, pool] = limits;
  const isDenylisted = (account: Address) =>
    client.readContract({ ...token, functionName: "isBlacklisted", args: [account] });
  const [contractDenylisted, platformWalletDenylisted, safe] = await Promise.all([
    isDenylisted(address),
    isDenylisted(platformWallet),
    readSafe(client, owner, blockNumber),
  ]);
  return {
    version,
    usdc,
    owner,
    pendingOwner,
    relayer,
    guardian,
    platformWallet,
    defaultDailyLimit,
    poolDailyLimit: pool.dailyLimit,
    paused,
    totalDeposits,
    totalCredits,
    usdcBalance,
    token: {
      paused: tokenPaused,
      contractDenylisted,
      platformWalletDenylisted,
      implementation: getAddress(sliceHex(slot ?? pad("0x"), 12)),
    },
    safe,
  };
}
