/** Makes sure that there is a LuxxonSettlement to audit, and finds the last block to read. */

import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { type Block, readBlock, readTag } from "@luxxon/chain/rpc/blocks";
import { chainIdOf, type Endpoint } from "@luxxon/chain/rpc/endpoint";
import { RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  keccak256,
  numberToHex,
} from "viem";
import type { Target } from "../types.ts";

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
}

/** @throws {UsageError} if there is nothing to audit. */
export async function identify(endpoint: Endpoint, wanted: Wanted): Promise<{ target: Target; notes: string[] }> {
  const { address, fromBlock, record } = wanted;
  const { where } = endpoint;
  const chainId = await chainIdOf(endpoint);
  const known = Object.values(BASE_CHAINS).find((chain) => chain.chainId === chainId);
  if (wanted.chainId !== undefined && chainId !== wanted.chainId) {
    const expected = Object.values(BASE_CHAINS).find((chain) => chain.chainId === wanted.chainId);
    throw new UsageError(`${where} serves chain ${chainId}, not ${expected?.title ?? "chain"} (${wanted.chainId}).`);
  }

  const notes: string[] = [];
  const end = await endOf(endpoint, wanted, notes);
  if (!end.isVerified) {
    notes.push("The chain's block headers have fields that are not known here, so their hashes were not checked.");
  }
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
  if (known !== undefined && getAddress(usdc) !== known.usdc.address) {
    notes.push(`The contract's token is ${getAddress(usdc)}, which is not Circle's USDC on ${known.title}.`);
  }
  const target: Target = {
    chainId,
    chainTitle: known?.title ?? `chain ${chainId}`,
    address: getAddress(address),
    version,
    usdc: getAddress(usdc),
    fromBlock,
    toBlock: end.number,
    toBlockHash: end.hash,
    toTimestamp: end.timestamp,
  };
  return { target, notes };
}

/** The last block to read. */
async function endOf(endpoint: Endpoint, { fromBlock, toBlock }: Wanted, notes: string[]): Promise<Block> {
  const latest = await readTag(endpoint, "latest");
  if (latest === undefined) throw new UsageError(`${endpoint.where} shows no latest block.`);
  if (toBlock !== undefined && toBlock > latest.number) {
    throw new UsageError(`--to-block is ${toBlock}; the last block of ${endpoint.where} is ${latest.number}.`);
  }
  let end = toBlock === undefined ? await readTag(endpoint, "safe") : await readBlock(endpoint, toBlock);
  if (end === undefined) {
    notes.push(
      `${endpoint.where} does not say which block is safe, so this goes to the latest, which may still change.`,
    );
    end = latest;
  }
  if (end.number < fromBlock) {
    throw new UsageError(`The contract's first block is ${fromBlock}, after the last block to read, ${end.number}.`);
  }
  return end;
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
