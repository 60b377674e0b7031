/** Forks Base and Base Sepolia: the live chain where an endpoint is given, its offline twin where not. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import { type ForkSource, forkSourceOf } from "@luxxon/chain/config";
import hre from "hardhat";
import { localAccounts } from "../accounts.ts";
import type { LocalChain } from "../chain.ts";
import { chooseForkBlock } from "./forkBlock.ts";
import { serveTwin } from "./twin.ts";

/** What a fork is made from. */
export interface Original {
  url: string;
  block: bigint;
  close(): void;
}

/** The live chain that the environment names, or a twin; in either case after the same look at it. */
export async function openOriginal(base: BaseChain): Promise<Original> {
  const source = forkSourceOf(base);
  if (source !== undefined) {
    return { url: source.rpcUrl, block: await liveBlock(base, source), close: () => undefined };
  }
  const { url, close } = await serveTwin(base);
  return { url, block: await chooseForkBlock(base, { rpcUrl: url, block: undefined }), close };
}

const liveBlocks = new Map<BaseChain, Promise<bigint>>();

/** Chosen once: five blocks a second come on top, and what is announced has to be what is forked. */
function liveBlock(base: BaseChain, source: ForkSource): Promise<bigint> {
  const block = liveBlocks.get(base) ?? chooseForkBlock(base, source);
  liveBlocks.set(base, block);
  return block;
}

/**
 * Forks a chain inside this process. Nothing that happens on the fork reaches the original.
 *
 * @param block undefined: the last one.
 */
export function openFork(base: BaseChain, url: string, block: bigint | undefined): Promise<LocalChain> {
  const forking = { url, ...(block === undefined ? {} : { blockNumber: Number(block) }) };
  const network = hre.config.networks[base.forkNetwork];
  if (network?.type !== "edr-simulated" || Array.isArray(network.accounts))
    throw new Error(`${base.forkNetwork} has no phrase`);
  const { count, path } = network.accounts;
  return hre.network.create({ network: base.forkNetwork, override: { forking, accounts: localAccounts(count, path) } });
}

/** In a few words, what forks of a chain are made from; fails if it cannot be used. */
export async function describeOriginal(base: BaseChain): Promise<string> {
  const source = forkSourceOf(base);
  if (source === undefined) return `${base.title}: its offline twin, since ${base.rpcUrlVariable} is not set`;
  const block = await liveBlock(base, source);
  return `${base.title}: the live chain at block ${block}, from ${new URL(source.rpcUrl).origin}`;
}
