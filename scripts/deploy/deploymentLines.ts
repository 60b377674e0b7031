/** A deployment on the screen, or as one JSON document. */
import { relative } from "node:path";
import process from "node:process";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { toJson } from "@luxxon/chain/json";
import { formatEth } from "./deploymentCost.ts";
import { type Check, checkLine } from "./outcome.ts";
import type { Audience } from "./runDeployment.ts";
import type { Simulation } from "./simulate.ts";

/** A path as the user would type it. */
function here(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") ? path : inside || ".";
}

/** @param next The command that comes after a deployment. */
export function textAudience(next: string): Audience {
  return {
    begin({ base, deployer, folder }) {
      console.log(`LuxxonSettlement to ${base.title} (${base.chainId})`);
      console.log(`  deployer    ${deployer.address}`);
      console.log(`  parameters  ${here(folder)}/parameters/${base.name}.json`);
    },
    section: (title) => console.log(`\n${title}`),
    check: (check) => console.log(checkLine(check)),
    simulated(simulation) {
      for (const check of simulation.checks) console.log(checkLine(check));
      for (const line of costLines(simulation)) console.log(line);
    },
    progress: (line) => console.error(`  ${line}`),
    recorded({ address, version, fromBlock, txHash, sourceCommit }, news) {
      console.log(news ? "\nDeployed and recorded" : "\nAlready deployed and recorded: nothing to do");
      console.log(`  version     ${version}`);
      console.log(`  address     ${address}`);
      console.log(`  block       ${fromBlock}`);
      console.log(`  transaction ${txHash}`);
      console.log(`  sources     ${sourceCommit}`);
      if (news) console.log(`\nNext: npm run abi, commit deployments/ and abi/, then ${next}`);
    },
  };
}

function costLines({ block, address, gas, l2Wei, l1Wei, ethPrice }: Simulation): string[] {
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

/** Collects everything; `print` gives it as JSON. Amounts in wei and µUSDC, as decimal strings. */
export function jsonAudience() {
  const document: {
    network?: string;
    chainId?: number;
    deployer?: string;
    preflight: Check[];
    simulation?: Simulation;
    deployed: Check[];
    record?: DeploymentRecord;
  } = { preflight: [], deployed: [] };
  let section = "";
  const audience: Audience = {
    begin({ base, deployer }) {
      Object.assign(document, { network: base.name, chainId: base.chainId, deployer: deployer.address });
    },
    section(title) {
      section = title;
    },
    check: (check) => void (section === "Preflight" ? document.preflight : document.deployed).push(check),
    simulated(simulation) {
      document.simulation = simulation;
    },
    progress: (line) => console.error(line),
    recorded(record) {
      document.record = record;
    },
  };
  const print = (ending: string) => console.log(toJson({ ...document, ending }));
  return { audience, print };
}
