/** What is to be deployed, where, by whom: what every step of a deployment works on. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import type { Build } from "@luxxon/chain/deployments/build";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { LocalChain } from "@luxxon/local/chain";
import { network } from "hardhat";
import { encodeDeployData, type Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import packageJson from "../../package.json" with { type: "json" };
import type { CompiledCode } from "../contract/build.ts";

/** `LuxxonSettlement.version()` of these sources; what is deployed is asked for its own. */
export const VERSION = packageJson.version;

/** Where a deployment writes, and what it deploys from. */
export interface Place {
  /** Parameters, Ignition's journal and the records. */
  folder: string;
  /** The git repository of the sources. */
  repository: string;
}

export interface Target extends Place {
  base: BaseChain;
  rpcUrl: string;
  chain: LocalChain;
  deployer: PrivateKeyAccount;
  args: ConstructorArgs;
  code: CompiledCode;
  /** Of the code that would be sent, and of the commit. */
  build: { current: Build; committed: Build };
}

/** A connection to a live chain that reads, and signs nothing. */
export async function connect(base: BaseChain, rpcUrl: string): Promise<LocalChain> {
  const override = { url: rpcUrl, accounts: "remote" as const };
  return (await network.create({ network: base.network, override })) as unknown as LocalChain;
}

export function argumentsOf(base: BaseChain, parameters: Parameters): ConstructorArgs {
  const { owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit } = parameters;
  const usdc = base.usdc.address;
  return { usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit };
}

/** The arguments as the constructor takes them, in its order. */
export function constructorValues(args: ConstructorArgs) {
  const { usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit, poolDailyLimit } = args;
  return [usdc, owner, relayer, guardian, platformWallet, BigInt(defaultDailyLimit), BigInt(poolDailyLimit)] as const;
}

/** What the deployment sends: creation code and arguments. */
export function deployData({ code, args }: Pick<Target, "code" | "args">): Hex {
  return encodeDeployData({ abi: luxxonSettlementAbi, bytecode: code.creationCode, args: constructorValues(args) });
}
