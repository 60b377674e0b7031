/** Looks at an endpoint before anything is built on it, so that what is wrong with it is said in one line. */
import { type Hex, numberToHex } from "viem";
import type { BaseChain } from "../baseChains.ts";
import type { ForkSource } from "../config.ts";
import { UsageError } from "../usageError.ts";
import { type Endpoint, type EndpointOptions, openEndpoint } from "./endpoint.ts";

/** Opens an endpoint of `chain`. @throws {UsageError} if it cannot be used, or serves another. */
export async function openEndpointOf(chain: BaseChain, rpcUrl: string, options?: EndpointOptions): Promise<Endpoint> {
  const endpoint = openEndpoint(chain.rpcUrlVariable, rpcUrl, options);
  const chainId = Number(await endpoint.ask("eth_chainId", []));
  if (chainId === chain.chainId) return endpoint;
  throw new UsageError(`${endpoint.where} serves chain ${chainId}, not ${chain.title} (${chain.chainId}).`);
}

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
export async function chooseForkBlock(chain: BaseChain, source: ForkSource, timeoutMs = 20_000): Promise<bigint> {
  const endpoint = await openEndpointOf(chain, source.rpcUrl, { attempts: 1, timeoutMs });
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
