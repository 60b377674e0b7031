/** Takes a deployment from its first check to its record. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import { readBuildFile } from "@luxxon/chain/deployments/build";
import { readParameters } from "@luxxon/chain/deployments/parameters";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { UsageError } from "@luxxon/chain/usageError";
import type { Address } from "viem";
import { readCompiled } from "../contract/compiled.ts";
import { hashesOf } from "../contract/production.ts";
import type { Access } from "./access.ts";
import { broadcast, isSigned } from "./broadcast.ts";
import { argumentsOf, connect, type Deployment } from "./deployment.ts";
import { costLines, deploymentLines, recordLines } from "./deploymentLines.ts";
import { inspectDeployment } from "./inspectDeployment.ts";
import { type Check, checkLine, hasFailed } from "./outcome.ts";
import { stays } from "./patience.ts";
import { preflight } from "./preflight.ts";
import { problemOf } from "./problems.ts";
import { findRecord, record } from "./record.ts";
import { type Simulation, simulate } from "./simulate.ts";

export interface DeployOptions {
  base: BaseChain;
  folder: string;
  repository: string;
  access: Access;
  /** Checks that may fail: see `readAllowed`. */
  allowed: readonly string[];
  /** Send it, and not only simulate. */
  send: boolean;
  /** US dollars for one ETH, if the user says so. */
  ethUsd: number | undefined;
  /** Asked before anything is sent to a chain with real money. */
  confirm(deployment: Deployment): Promise<boolean>;
}

/** Takes what there is to say while a deployment runs. */
export interface Listener {
  /** A line of the account that a person reads. */
  print(line: string): void;
  /** How far it is. */
  progress(line: string): void;
}

/** How a deployment went. */
export interface DeploymentReport {
  preflight: Check[];
  /** What was found on the chain after the contract was sent there. */
  deployed: Check[];
  network: BaseChain["name"];
  chainId: number;
  deployer: Address;
  simulation?: Simulation;
  record?: DeploymentRecord;
  /** `refused`: a check failed, and nothing was sent. */
  ending: "simulated" | "recorded" | "refused";
}

/** @throws {UsageError} for everything that the user can put right. */
export async function runDeployment(options: DeployOptions, listener: Listener): Promise<DeploymentReport> {
  const deployment = await openDeployment(options);
  try {
    return await runOn(deployment, options, listener);
  } catch (error) {
    throw problemOf(error, deployment);
  }
}

/** Reads everything that a check needs. What is missing or wrong is said before anything else happens. */
async function openDeployment({ base, folder, repository, access }: DeployOptions): Promise<Deployment> {
  const { rpcUrl } = access;
  const parameters = await readParameters(folder, base.name);
  const args = argumentsOf(base, parameters);
  const chain = await connect(base, rpcUrl);
  const compiled = await readCompiled();
  const [current, committed] = await Promise.all([hashesOf(compiled), readBuildFile()]);
  const build = { current, committed };
  return { base, folder, repository, ...access, chain, args, listed: parameters, code: compiled.code, build };
}

async function runOn(
  deployment: Deployment,
  { allowed, send, ethUsd, confirm }: DeployOptions,
  { print, progress }: Listener,
): Promise<DeploymentReport> {
  const { base, deployer, chain } = deployment;
  const common = { network: base.name, chainId: base.chainId, deployer: deployer.address };
  const report: Omit<DeploymentReport, "ending"> = { preflight: [], deployed: [], ...common };
  const printAll = (lines: string[]) => {
    for (const line of lines) print(line);
  };

  printAll(deploymentLines(deployment));
  const known = await findRecord(deployment);
  if (known !== undefined) {
    printAll(["\nAlready deployed and recorded: nothing to do", ...recordLines(known)]);
    return { ...report, record: known, ending: "recorded" };
  }

  // What was sent has paid already, and a simulation would find its address taken.
  const signed = send && isSigned(deployment);
  print("\nPreflight");
  for await (const check of preflight(deployment, allowed, signed ? ["balance"] : [])) {
    print(checkLine(check));
    report.preflight.push(check);
  }
  if (report.preflight.some(hasFailed)) return { ...report, ending: "refused" };

  if (!signed) {
    print("\nSimulation");
    progress(`Forking ${base.title} …`);
    report.simulation = await simulate(deployment, ethUsd);
    printAll([...report.simulation.checks.map(checkLine), ...costLines(report.simulation)]);
    if (report.simulation.checks.some(hasFailed)) return { ...report, ending: "refused" };
    if (!send) return { ...report, ending: "simulated" };
    if (!base.testnet && !(await confirm(deployment))) throw new UsageError("Nothing was sent.");
  }

  print("\nBroadcast");
  const sending = await broadcast(deployment, progress);
  const inspect = () => inspectDeployment(chain.client, sending.address, deployment);
  report.deployed = await stays(inspect, (checks) => !checks.some(hasFailed));
  printAll(report.deployed.map(checkLine));
  const wrong = report.deployed.find(hasFailed);
  if (wrong !== undefined) {
    throw new Error(
      `what stands at ${sending.address} is not what was meant (${wrong.name}), so it is not recorded; the same command looks again, and sends nothing twice`,
    );
  }
  report.record = await record(deployment, sending);
  printAll(["\nDeployed and recorded", ...recordLines(report.record)]);
  return { ...report, ending: "recorded" };
}
