/** A deployment from its first check to its record. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import { readBuildFile } from "@luxxon/chain/deployments/build";
import { readParameters } from "@luxxon/chain/deployments/parameters";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { checkEndpoint } from "@luxxon/chain/rpc/checkEndpoint";
import { UsageError } from "@luxxon/chain/usageError";
import { readCompiled } from "../contract/compiled.ts";
import { hashesOf } from "../contract/production.ts";
import type { Access } from "./access.ts";
import { broadcast, isSigned } from "./broadcast.ts";
import { argumentsOf, connect, type Deployment, type Place } from "./deployment.ts";
import { inspectDeployment } from "./inspectDeployment.ts";
import type { Check } from "./outcome.ts";
import { preflight } from "./preflight.ts";
import { problemOf } from "./problems.ts";
import { findRecord, record } from "./record.ts";
import { type Simulation, simulate } from "./simulate.ts";

export interface DeployOptions extends Place {
  base: BaseChain;
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

/** Where a deployment is told: to a person, or collected for a machine. */
export interface Audience {
  begin(deployment: Deployment): void;
  section(title: string): void;
  check(check: Check): void;
  simulated(simulation: Simulation): void;
  /** How far the sending is. */
  progress(line: string): void;
  /** @param news Whether it was recorded just now. */
  recorded(record: DeploymentRecord, news: boolean): void;
}

/** How a deployment can end without an error. */
export type Ending = "simulated" | "recorded" | "refused";

/**
 * @returns `refused` if a check failed; nothing was sent then.
 * @throws {UsageError} for everything that the user can put right.
 */
export async function runDeployment(options: DeployOptions, audience: Audience): Promise<Ending> {
  const deployment = await openDeployment(options);
  try {
    return await runOn(deployment, options, audience);
  } catch (error) {
    throw problemOf(error, deployment);
  } finally {
    await deployment.chain.close();
  }
}

/** Everything that is read before a check can be made. What is missing or wrong is said before anything else happens. */
async function openDeployment({ base, folder, repository, access }: DeployOptions): Promise<Deployment> {
  const { rpcUrl, deployer } = access;
  const args = argumentsOf(base, await readParameters(folder, base.name));
  await checkEndpoint(base, rpcUrl);
  const compiled = await readCompiled();
  const [current, committed] = await Promise.all([hashesOf(compiled), readBuildFile()]);
  const chain = await connect(base, rpcUrl);
  return {
    base,
    folder,
    repository,
    rpcUrl,
    chain,
    deployer,
    args,
    code: compiled.code,
    build: { current, committed },
  };
}

async function runOn(deployment: Deployment, options: DeployOptions, audience: Audience): Promise<Ending> {
  audience.begin(deployment);
  const known = await findRecord(deployment);
  if (known !== undefined) {
    audience.recorded(known, false);
    return "recorded";
  }

  // What was sent has paid already, and a simulation would find its address taken.
  const signed = options.send && isSigned(deployment);
  audience.section("Preflight");
  const checks = await preflight(deployment, {
    allowed: options.allowed,
    left: signed ? ["balance"] : [],
    report: audience.check,
  });
  if (checks.some(({ outcome }) => outcome === "failed")) return "refused";

  if (!signed) {
    audience.section("Simulation");
    audience.progress(`Forking ${deployment.base.title} …`);
    const simulation = await simulate(deployment, options.ethUsd);
    audience.simulated(simulation);
    if (simulation.checks.some(({ outcome }) => outcome === "failed")) return "refused";
    if (!options.send) return "simulated";
    if (!deployment.base.testnet && !(await options.confirm(deployment))) throw new UsageError("Nothing was sent.");
  }

  audience.section("Broadcast");
  const sending = await broadcast(deployment, audience.progress);
  const client = await deployment.chain.viem.getPublicClient();
  const found = await inspectDeployment(client, sending.address, deployment);
  for (const check of found) audience.check(check);
  const wrong = found.find(({ outcome }) => outcome === "failed");
  if (wrong !== undefined) {
    throw new Error(`what stands at ${sending.address} is not what was meant (${wrong.name}), so it is not recorded`);
  }
  audience.recorded(await record(deployment, sending), true);
  return "recorded";
}
