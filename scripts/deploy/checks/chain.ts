/** Whether the endpoint serves the chain that is meant, and whether the deployer can pay. */

import type { Target } from "../deployment.ts";
import { estimateCost, formatEth } from "../deploymentCost.ts";
import { type Finding, failed, passed } from "../outcome.ts";

export async function checkChainId({ base, chain }: Target): Promise<Finding> {
  const served = await (await chain.viem.getPublicClient()).getChainId();
  if (served === base.chainId) return passed(`${served}, ${base.title}'s`);
  return failed(`${base.rpcUrlVariable} serves chain ${served}, not ${base.title} (${base.chainId})`);
}

/** Fees move while somebody reads this. */
const MARGIN_PERCENT = 50n;

export async function checkBalance(target: Target): Promise<Finding> {
  const client = await target.chain.viem.getPublicClient();
  const { address } = target.deployer;
  const [balance, cost] = await Promise.all([client.getBalance({ address }), estimateCost(target)]);
  const needed = (cost.totalWei * (100n + MARGIN_PERCENT)) / 100n;
  const has = `${address} has ${formatEth(balance)}`;
  const needs = `${formatEth(needed)} (L2 ${formatEth(cost.l2Wei)} + L1 ${formatEth(cost.l1Wei)}, and ${MARGIN_PERCENT} % more)`;
  return balance >= needed ? passed(`${has}; needs ${needs}`) : failed(`${has}, and needs ${needs}: send it some`);
}
