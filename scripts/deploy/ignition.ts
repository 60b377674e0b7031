/** Runs the project's module by Hardhat Ignition's engine, which journals every step before it makes it. */
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import {
  type DeployConfig,
  DeploymentResultType,
  deploy,
  type EIP1193Provider,
  type ExecutionEventListener,
} from "@nomicfoundation/ignition-core";
import hre from "hardhat";
import { type Address, getAddress } from "viem";
import type { Deployment } from "./deployment.ts";
import { luxxonSettlementModule } from "./module.ts";
import { problemOf } from "./problems.ts";

export interface Run {
  /** Signs for the deployer. */
  provider: EIP1193Provider;
  /** Where the journal is; undefined: nowhere, nothing outlives the process. */
  deploymentDir: string | undefined;
  config?: Partial<DeployConfig>;
  listener?: ExecutionEventListener;
}

/**
 * Deploys, or goes on where the journal ends.
 *
 * @returns The contract's address.
 * @throws {UsageError} if the journal, the chain and the parameters do not fit together.
 */
export async function runModule(
  deployment: Deployment,
  { provider, deploymentDir, config, listener }: Run,
): Promise<Address> {
  const { args, deployer } = deployment;
  const limits = { defaultDailyLimit: BigInt(args.defaultDailyLimit), poolDailyLimit: BigInt(args.poolDailyLimit) };
  const result = await deploy({
    artifactResolver: new HardhatArtifactResolver(hre.artifacts),
    provider,
    ignitionModule: luxxonSettlementModule,
    deploymentParameters: { [luxxonSettlementModule.id]: { ...args, ...limits } },
    accounts: [deployer.address],
    defaultSender: deployer.address,
    deploymentDir,
    config,
    executionEventListener: listener,
  });
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) throw problemOf(result, deployment);
  const { contracts } = result;
  const contract = contracts[luxxonSettlementModule.results.settlement.id];
  if (contract === undefined) throw new Error("Ignition says nothing of the contract that it deployed");
  return getAddress(contract.address);
}
