/** What is to be deployed, where, by whom: what every step of a deployment works on. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import type { Build } from "@luxxon/chain/deployments/build";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";
import { encodeDeployData, type Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import packageJson from "../../package.json" with { type: "json" };
import type { CompiledCode } from "../contract/compiled.ts";

/** `LuxxonSettlement.version()` of these sources; what is deployed is asked for its own. */
export const VERSION = packageJson.version;

/** Where a deployment writes, and what it deploys from. */
export interface Place {
  /** Parameters, Ignition's journal and the records. */
  folder: string;
  /** The git repository of the sources. */
  repository: string;
}

export interface Deployment extends Place {
  base: BaseChain;
  rpcUrl: string;
  chain: LiveChain;
  deployer: PrivateKeyAccount;
  args: ConstructorArgs;
  code: CompiledCode;
  /** Of the code that would be sent, and of the commit. */
  build: { current: Build; committed: Build };
}

/** A connection to a live chain: it reads. What only a local chain can do is not there. */
export type LiveChain = Pick<NetworkConnection, "provider" | "close"> & {
  viem: Pick<NetworkConnection["viem"], "getPublicClient">;
};

/** A connection to a live chain that reads, and signs nothing. */
export function connect(base: BaseChain, rpcUrl: string): Promise<LiveChain> {
  return network.create({ network: base.network, override: { url: rpcUrl, accounts: "remote" } });
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
export function deployData({ code, args }: Pick<Deployment, "code" | "args">): Hex {
  return encodeDeployData({ abi: luxxonSettlementAbi, bytecode: code.creationCode, args: constructorValues(args) });
}
