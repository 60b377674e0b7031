/** Chooses the block that a fork starts from, and finds out first whether the endpoint can be forked at all. */
import type { BaseChain } from "@luxxon/chain/baseChains";
import type { ForkSource } from "@luxxon/chain/config";
import { type EndpointOptions, openEndpointOf } from "@luxxon/chain/rpc/endpoint";
import { UsageError } from "@luxxon/chain/usageError";
import { type Hex, numberToHex } from "viem";

/**
 * Hardhat remembers what it has read of a block only if the chain has this many blocks on top of it. Of a later block it
 * reads everything again and again, which no public endpoint puts up with.
 */
export const REMEMBERED_DEPTH = 128n;

/** Where a fork starts if nobody says otherwise: two minutes back, at Base's five blocks a second. */
const USUAL_DEPTH = 600n;

/**
 * Checks that `source` is a working endpoint of `chain` with USDC on it, by three requests. Each is sent once: an endpoint
 * that is busy now is none for the many requests of a fork.
 *
 * @returns The block to fork from.
 */
export async function chooseForkBlock(
  chain: BaseChain,
  source: ForkSource,
  options?: EndpointOptions,
): Promise<bigint> {
  const endpoint = await openEndpointOf(chain, source.rpcUrl, { attempts: 1, ...options });
  const head = BigInt((await endpoint.ask("eth_blockNumber", [])) as Hex);
  const last = head > REMEMBERED_DEPTH ? head - REMEMBERED_DEPTH : 0n;
  if (source.block !== undefined && source.block > last) {
    throw new UsageError(
      `${chain.forkBlockVariable} is ${source.block}; it can be at most ${last}, ${REMEMBERED_DEPTH} blocks behind the head.`,
    );
  }
  const block = source.block ?? (head > USUAL_DEPTH ? head - USUAL_DEPTH : last);
  const { address } = chain.usdc;
  if ((await endpoint.ask("eth_getCode", [address, numberToHex(block)])) === "0x") {
    throw new UsageError(`${endpoint.where} has no USDC at ${address} in block ${block}.`);
  }
  return block;
}
