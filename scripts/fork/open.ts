/** Forks of Base and Base Sepolia: of the live chain where an endpoint is given, of its offline twin where not. */
import { network } from "hardhat";
import type { BaseChain } from "../baseChains.ts";
import { forkSourceOf } from "../config.ts";
import type { LocalChain } from "../local/chain.ts";
import { chooseForkBlock } from "./rpc.ts";
import { serveTwin } from "./twin.ts";

/** What a fork is made from. */
export interface Original {
  url: string;
  /** undefined: the last one. */
  block: bigint | undefined;
  close(): void;
}

/** The live chain that the environment names, after a look at it; or a twin. */
export async function openOriginal(base: BaseChain): Promise<Original> {
  const source = forkSourceOf(base);
  if (source === undefined) {
    const { url, close } = await serveTwin(base);
    return { url, block: undefined, close };
  }
  return { url: source.rpcUrl, block: await chooseForkBlock(base, source), close: () => undefined };
}

/** Forks a chain inside this process. Nothing that happens on the fork reaches the original. */
export async function openFork(base: BaseChain, { url, block }: Pick<Original, "url" | "block">): Promise<LocalChain> {
  const forking = { url, ...(block === undefined ? {} : { blockNumber: Number(block) }) };
  const fork = await network.create({ network: base.forkNetwork, override: { forking } });
  return fork as unknown as LocalChain;
}

/** In a few words, what forks of a chain are made from; fails if it cannot be used. */
export async function describeOriginal(base: BaseChain): Promise<string> {
  const source = forkSourceOf(base);
  if (source === undefined) return `${base.title}: its offline twin, since ${base.rpcUrlVariable} is not set`;
  const block = await chooseForkBlock(base, source);
  return `${base.title}: the live chain at block ${block}, from ${new URL(source.rpcUrl).origin}`;
}
