/** Makes sure that there is a LuxxonSettlement to audit, and finds the last block to read. */

import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { type Block, readBlock, readTag } from "@luxxon/chain/rpc/blocks";
import { chainIdOf, type Endpoint } from "@luxxon/chain/rpc/endpoint";
import { disagreement, RequestProblem } from "@luxxon/chain/rpc/problems";
import type { Endpoints } from "@luxxon/chain/settlement/readHistory";
import { withoutToken } from "@luxxon/chain/settlement/state";
import { UsageError } from "@luxxon/chain/usageError";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  numberToHex,
} from "viem";
import type { Target } from "../types.ts";
import type { OtherContract } from "./elsewhere.ts";

/** The version whose rules this audit knows. */
export const KNOWN_VERSION = "4.0.0";

/** What the user has said of the contract. */
export interface Wanted {
  readonly address: Address;
  readonly fromBlock: bigint;
  /** Undefined: as far as the chain is safe. */
  readonly toBlock: bigint | undefined;
  /** Undefined: whatever chain the endpoint serves. */
  readonly chainId: number | undefined;
  readonly record: DeploymentRecord | undefined;
  /** keccak256 of the code, immutables set to zero, of every build that was published. */
  readonly builds: readonly Hash[];
  /** Other contracts of the chain, in which no session may be settled a second time; default: none. */
  readonly others?: readonly OtherContract[];
}

export interface Identified {
  readonly target: Target;
  /** The last block to read. */
  readonly end: Block;
  readonly isCodeKnown: boolean;
  /** The token is the one that is known on this chain. */
  readonly isCirclesUsdc: boolean;
  readonly notes: string[];
}

/** @throws {UsageError} if there is nothing to audit, or the endpoints disagree about it. */
export async function identify(endpoints: Endpoints, wanted: Wanted): Promise<Identified> {
  const { address, fromBlock, record, builds } = wanted;
  const [endpoint] = endpoints;
  const { where } = endpoint;
  const [chainId = 0] = await Promise.all(endpoints.map((one) => chainOf(one, wanted.chainId)));
  const known = Object.values(BASE_CHAINS).find((chain) => chain.chainId === chainId);

  const notes: string[] = [];
  const end = await endOf(endpoints, wanted, notes);
  const code = (await endpoint.ask("eth_getCode", [address, numberToHex(end.number)])) as Hex;
  if (code === "0x") throw new UsageError(`There is no contract at ${address} in block ${end.number} of ${where}.`);
  const version = await call(endpoint, address, "version", end);
  const usdc = await call(endpoint, address, "usdc", end);
  if (typeof version !== "string" || typeof usdc !== "string") {
    throw new UsageError(`The contract at ${address} is no LuxxonSettlement.`);
  }
  if (version !== KNOWN_VERSION) {
    throw new UsageError(
      `${address} says that it is version ${version}; the rules known here are those of ${KNOWN_VERSION}.`,
    );
  }
  if (record !== undefined && keccak256(code) !== record.codeHash) {
    throw new UsageError(`The code at ${address} is not the code that deployments/${chainId}.json records.`);
  }
  const isCirclesUsdc = getAddress(usdc) === known?.usdc.address;
  if (known !== undefined && !isCirclesUsdc) {
    notes.push(`The contract's token is ${getAddress(usdc)}, which is not Circle's USDC on ${known.title}.`);
  }
  const target: Target = {
    chainId,
    chainTitle: known?.title ?? `chain ${chainId}`,
    address: getAddress(address),
    version,
    usdc: getAddress(usdc),
    codeHash: keccak256(code),
    fromBlock,
    toBlock: end.number,
    toBlockHash: end.hash,
    toTimestamp: end.timestamp,
  };
  const isCodeKnown = record !== undefined || builds.includes(keccak256(withoutToken(code, target.usdc)));
  return { target, end, isCodeKnown, isCirclesUsdc, notes };
}

/** @throws {UsageError} if an endpoint serves another chain. */
async function chainOf(endpoint: Endpoint, wanted: number | undefined): Promise<number> {
  const chainId = await chainIdOf(endpoint);
  if (wanted === undefined || chainId === wanted) return chainId;
  const expected = Object.values(BASE_CHAINS).find((chain) => chain.chainId === wanted);
  throw new UsageError(`${endpoint.where} serves chain ${chainId}, not ${expected?.title ?? "chain"} (${wanted}).`);
}

/** The last block to read: the first of those that the endpoints call the last. */
async function endOf(endpoints: Endpoints, { fromBlock, toBlock }: Wanted, notes: string[]): Promise<Block> {
  const ends = await Promise.all(endpoints.map((endpoint) => lastOf(endpoint, toBlock, notes)));
  const end = ends.reduce((one, other) => (other.number < one.number ? other : one));
  for (const endpoint of endpoints) await checkEnd(endpoint, endpoints, end);
  if (end.number < fromBlock) {
    throw new UsageError(`The contract's first block is ${fromBlock}, after the last block to read, ${end.number}.`);
  }
  return end;
}

/** As far as one endpoint goes. */
async function lastOf(endpoint: Endpoint, toBlock: bigint | undefined, notes: string[]): Promise<Block> {
  const latest = await readTag(endpoint, "latest");
  if (latest === undefined) throw new UsageError(`${endpoint.where} shows no latest block.`);
  if (toBlock !== undefined && toBlock > latest.number) {
    throw new UsageError(`--to-block is ${toBlock}; the last block of ${endpoint.where} is ${latest.number}.`);
  }
  const end = toBlock === undefined ? await readTag(endpoint, "safe") : await readBlock(endpoint, toBlock);
  if (end !== undefined) return end;
  notes.push(`${endpoint.where} does not say which block is safe, so this goes to the latest, which may still change.`);
  return latest;
}

/** @throws {UsageError} if the endpoint has another block there than others. */
async function checkEnd(endpoint: Endpoint, endpoints: Endpoints, { number, hash }: Block): Promise<void> {
  const its = (await readBlock(endpoint, number)).hash;
  if (its === hash) return;
  const other = endpoints.find((one) => one !== endpoint) ?? endpoint;
  throw disagreement(endpoint, other, `the last block, ${number}: it is ${its}, or ${hash}`);
}

/** One view without arguments; undefined if the contract does not have it. */
async function call(endpoint: Endpoint, to: Address, functionName: "version" | "usdc", end: Block): Promise<unknown> {
  const abi: Abi = luxxonSettlementAbi;
  const data = encodeFunctionData({ abi, functionName });
  try {
    const answer = (await endpoint.ask("eth_call", [{ to, data }, numberToHex(end.number)])) as Hex;
    return decodeFunctionResult({ abi, functionName, data: answer });
  } catch (error) {
    if (error instanceof UsageError && !(error instanceof RequestProblem && error.kind === "refused")) throw error;
    return undefined;
  }
}
