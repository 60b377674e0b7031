/** Reads a contract as it stands at one block: what the code is, who holds which role, what is owed and what is there. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Address,
  type BlockNumber,
  type ContractFunctionParameters,
  type ContractFunctionReturnType,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  pad,
  sliceHex,
} from "viem";
import type { DeploymentRecord } from "../deployments/record.ts";
import type { ReadClient } from "../rpc/client.ts";
import { readSafe, type Safe } from "../safe/safe.ts";
import { UsageError } from "../usageError.ts";
import { IMPLEMENTATION_SLOT, usdcAbi } from "../usdc.ts";
import type { Sources } from "./logs.ts";
import { type Answer, multicallAt, resultOf } from "./multicall.ts";

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

/** What the contract says of itself, and what it holds. */
export interface Settings {
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
  /** Undefined: the call reverts, because less is held than owed. */
  surplus: bigint | undefined;
  pool: StoredAccount;
}

/** An account as the contract stores it; the pool is one, too. */
export interface StoredAccount {
  readonly balance: bigint;
  readonly dailyLimit: bigint;
  readonly drawn: bigint;
  /** Seconds since 1970. */
  readonly drawnAt: bigint;
  /** The second before which its consumer has promised not to withdraw; 0 or past: it has not. */
  readonly heldUntil: bigint;
}

export interface ContractState extends Omit<Settings, "surplus" | "pool"> {
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

const VIEWS = [
  "version",
  "usdc",
  "owner",
  "pendingOwner",
  "relayer",
  "guardian",
  "platformWallet",
  "defaultDailyLimit",
  "paused",
  "totalDeposits",
  "totalCredits",
  "surplus",
  "pool",
] as const;

type ResultOf<Name extends (typeof VIEWS)[number]> = ContractFunctionReturnType<
  typeof luxxonSettlementAbi,
  "pure" | "view",
  Name
>;
type Answers = { [Name in (typeof VIEWS)[number]]: Answer<ResultOf<Name>> } & { balanceOf: Answer<bigint> };

/** @param blockNumber Undefined: the last block. */
export async function readSettings(
  client: ReadClient,
  { address, usdc }: Sources,
  blockNumber?: bigint,
): Promise<Settings> {
  const { parameters } = await multicallAt(client, blockNumber);
  const contracts: ContractFunctionParameters[] = [
    ...VIEWS.map((functionName) => ({ address, abi: luxxonSettlementAbi, functionName })),
    { address: usdc, abi: usdcAbi, functionName: "balanceOf", args: [address] },
  ];
  const answers = await client.multicall({ ...parameters, contracts });
  const said = Object.fromEntries(answers.map((answer, i) => [contracts[i]?.functionName, answer])) as Answers;
  const pool = storedAccount(resultOf(said.pool));
  return {
    version: resultOf(said.version),
    usdc: resultOf(said.usdc),
    owner: resultOf(said.owner),
    pendingOwner: resultOf(said.pendingOwner),
    relayer: resultOf(said.relayer),
    guardian: resultOf(said.guardian),
    platformWallet: resultOf(said.platformWallet),
    defaultDailyLimit: resultOf(said.defaultDailyLimit),
    poolDailyLimit: pool.dailyLimit,
    paused: resultOf(said.paused),
    totalDeposits: resultOf(said.totalDeposits),
    totalCredits: resultOf(said.totalCredits),
    usdcBalance: resultOf(said.balanceOf),
    surplus: said.surplus.status === "success" ? said.surplus.result : undefined,
    pool,
  };
}

type Times = "drawnAt" | "heldUntil";

export function storedAccount(account: Omit<StoredAccount, Times> & Record<Times, number>) {
  const { drawnAt, heldUntil } = account;
  return { ...account, drawnAt: BigInt(drawnAt), heldUntil: BigInt(heldUntil) } satisfies StoredAccount;
}

export async function readState(
  client: ReadClient,
  { address, constructorArgs }: DeploymentRecord,
  blockNumber: BlockNumber,
): Promise<ContractState> {
  const token = { address: constructorArgs.usdc, abi: usdcAbi, blockNumber } as const;
  const [{ surplus: _, pool: __, ...settings }, paused, slot] = await Promise.all([
    readSettings(client, { address, usdc: token.address }, blockNumber),
    client.readContract({ ...token, functionName: "paused" }),
    client.getStorageAt({ address: token.address, slot: IMPLEMENTATION_SLOT, blockNumber }),
  ]);
  const isDenylisted = (account: Address) =>
    client.readContract({ ...token, functionName: "isBlacklisted", args: [account] });
  const [contractDenylisted, platformWalletDenylisted, safe] = await Promise.all([
    isDenylisted(address),
    isDenylisted(settings.platformWallet),
    readSafe(client, settings.owner, blockNumber),
  ]);
  const implementation = getAddress(sliceHex(slot ?? pad("0x"), 12));
  return { ...settings, token: { paused, contractDenylisted, platformWalletDenylisted, implementation }, safe };
}
