/** Describes one deployment (contract, chain, deployer): every step of it takes this. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import type { Build } from "@luxxon/chain/deployments/build";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import { clientOf } from "@luxxon/chain/rpc/client";
import { type Endpoint, openEndpointOf } from "@luxxon/chain/rpc/endpoint";
import type { Listed } from "@luxxon/chain/safe/safe";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import { encodeDeployData, type Hex } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import packageJson from "../../package.json" with { type: "json" };
import type { CompiledCode } from "../contract/compiled.ts";

/** `LuxxonSettlement.version()` of these sources; what is deployed is asked for its own. */
export const VERSION = packageJson.version;

export interface Deployment {
  base: BaseChain;
  /** Parameters, Ignition's journal and the records. */
  folder: string;
  /** The git repository of the sources. */
  repository: string;
  rpcUrl: string;
  chain: LiveChain;
  deployer: PrivateKeyAccount;
  args: ConstructorArgs;
  /** What the owner's Safe is known to have beside its signers. */
  listed: Listed;
  code: CompiledCode;
  /** Of the code that would be sent, and of the commit. */
  build: { current: Build; committed: Build };
}

export type LiveChain = Awaited<ReturnType<typeof connect>>;

/** Eight seconds for whoever has a bad moment; who takes longer is told that the next run goes on. */
export const ATTEMPTS = 6;

/**
 * Connects to a live chain, to read it and to pass on what was signed here. viem and Ignition ask through one endpoint, so
 * that both have its patience.
 *
 * @throws {UsageError} if the endpoint cannot be used, or serves another chain.
 */
export async function connect(base: BaseChain, rpcUrl: string) {
  const endpoint = await openEndpointOf(base, rpcUrl, { attempts: ATTEMPTS });
  return { endpoint, client: clientOf(endpoint), provider: providerOf(endpoint) };
}

/** As Ignition asks. */
function providerOf(endpoint: Endpoint): EIP1193Provider {
  return { request: ({ method, params = [] }) => endpoint.ask(method, params as readonly unknown[]) };
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
