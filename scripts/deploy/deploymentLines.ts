/** Writes what a person reads of a deployment, line by line. */
import { relative } from "node:path";
import process from "node:process";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import type { Deployment } from "./deployment.ts";
import { formatEth } from "./deploymentCost.ts";
import type { Simulation } from "./simulate.ts";

export function deploymentLines({ base, deployer, folder }: Deployment): string[] {
  return [
    `LuxxonSettlement to ${base.title} (${base.chainId})`,
    `  deployer    ${deployer.address}`,
    `  parameters  ${here(folder)}/parameters/${base.name}.json`,
  ];
}

/** A path as the user would type it. */
function here(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") ? path : inside || ".";
}

export function costLines({ block, address, gas, l2Wei, l1Wei, ethPrice }: Simulation): string[] {
  const total = l2Wei + l1Wei;
  const usd =
    ethPrice === undefined
      ? "in USD: no price (Chainlink has no feed here; --eth-usd takes one)"
      : `$${((Number(total) / 1e18) * ethPrice.usd).toFixed(4)} at $${ethPrice.usd} for 1 ETH, from ${ethPrice.source}`;
  return [
    "",
    `  forked from block ${block}`,
    `  address     ${address}, if the deployer sends nothing else before`,
    `  gas         ${gas}`,
    `  cost        ${formatEth(total)} (L2 ${formatEth(l2Wei)} + L1 ${formatEth(l1Wei)})`,
    `              ${usd}`,
  ];
}

export function recordLines({ address, version, fromBlock, txHash, sourceCommit }: DeploymentRecord): string[] {
  return [
    `  version     ${version}`,
    `  address     ${address}`,
    `  block       ${fromBlock}`,
    `  transaction ${txHash}`,
    `  sources     ${sourceCommit}`,
  ];
}
