/** Makes one session's receipt from the chain: finds its settlement, and reads that block alone. */
import { readBlock, readTag } from "@luxxon/chain/rpc/blocks";
import { chainIdOf, type Endpoint } from "@luxxon/chain/rpc/endpoint";
import { readInWindows } from "@luxxon/chain/rpc/logs";
import { contradiction } from "@luxxon/chain/rpc/problems";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { readSettledBlock, receiptIn } from "@luxxon/chain/settlement/receipt";
import { UsageError } from "@luxxon/chain/usageError";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { LuxxonReceipt } from "@luxxon/contracts-abi/receipt";
import { type Address, encodeEventTopics, type Hex, numberToHex } from "viem";
import { sessionName } from "../text.ts";

export interface Sought {
  readonly sessionId: Hex;
  readonly address: Address;
  /** Where the contract begins. */
  readonly fromBlock: bigint;
  /** Undefined: the last that the chain calls safe. */
  readonly toBlock: bigint | undefined;
}

/**
 * @returns undefined if the session is not settled in the blocks that were read.
 * @throws {UsageError} if the endpoint shows anything that is not so.
 */
export async function makeReceipt(
  endpoint: Endpoint,
  { sessionId, address, fromBlock, toBlock }: Sought,
): Promise<{ receipt: LuxxonReceipt | undefined; toBlock: bigint }> {
  const end = toBlock === undefined ? await lastBlock(endpoint) : (await readBlock(endpoint, toBlock)).number;
  const topics = encodeEventTopics({ abi: luxxonSettlementAbi, eventName: "Settled", args: { sessionId } });
  const read = async (from: bigint, to: bigint) => {
    const filter = { address, topics, fromBlock: numberToHex(from), toBlock: numberToHex(to) };
    return (await endpoint.ask("eth_getLogs", [filter])) as RawLog[];
  };
  for await (const { logs } of readInWindows(read, fromBlock, end)) {
    const [log] = logs;
    if (log === undefined) continue;
    const { blockHash, transactionHash } = (log ?? {}) as Partial<RawLog>;
    if (blockHash === undefined || transactionHash === undefined)
      throw contradiction(endpoint.where, "what it shows as a log is none");
    const chainId = await chainIdOf(endpoint);
    const block = await readSettledBlock((...request) => endpoint.ask(...request), address, blockHash);
    const of = { sessionId: sessionName(sessionId), id: sessionId, chainId, settlement: address, transactionHash };
    return { receipt: await receiptIn(block, of), toBlock: end };
  }
  return { receipt: undefined, toBlock: end };
}

async function lastBlock(endpoint: Endpoint): Promise<bigint> {
  const block = (await readTag(endpoint, "safe")) ?? (await readTag(endpoint, "latest"));
  if (block === undefined) throw new UsageError(`${endpoint.where} shows no latest block.`);
  return block.number;
}
