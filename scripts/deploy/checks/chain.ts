/** Checks that the endpoint serves the chain that is meant, and that the deployer can pay. */

import type { Deployment } from "../deployment.ts";
import { estimateCost, formatEth } from "../deploymentCost.ts";
import { type CheckResult, failed, passed } from "../outcome.ts";

export async function checkChainId({ base, chain }: Deployment): Promise<CheckResult> {
  const served = await chain.client.getChainId();
  if (served === base.chainId) return passed(`${served}, ${base.title}'s`);
  return failed(`${base.rpcUrlVariable} serves chain ${served}, not ${base.title} (${base.chainId})`);
}

/** Fees move while somebody reads this. */
const MARGIN_PERCENT = 50n;

export async function checkBalance(deployment: Deployment): Promise<CheckResult> {
  const { address } = deployment.deployer;
  const [balance, cost] = await Promise.all([
    deployment.chain.client.getBalance({ address }),
    estimateCost(deployment),
  ]);
  const needed = (cost.totalWei * (100n + MARGIN_PERCENT)) / 100n;
  const has = `${address} has ${formatEth(balance)}`;
  const needs = `${formatEth(needed)} (L2 ${formatEth(cost.l2Wei)} + L1 ${formatEth(cost.l1Wei)}, and ${MARGIN_PERCENT} % more)`;
  return balance >= needed ? passed(`${has}; needs ${needs}`) : failed(`${has}, and needs ${needs}: send it some`);
}
