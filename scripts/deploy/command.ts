/** `npm run deploy`: puts LuxxonSettlement on Base Sepolia or Base. */

import { resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { buildContracts } from "../contract/compile.ts";
import { baseChainOf } from "../target.ts";
import { readAccess } from "./access.ts";
import type { Deployment } from "./deployment.ts";
import { CHECK_NAMES, readAllowed } from "./preflight.ts";

const HELP = `Checks, simulates and, with --broadcast, deploys LuxxonSettlement.

  npm run deploy -- --network base-sepolia|base [flags]

  --network     the chain: base-sepolia or base
  --broadcast   send the transaction, wait until it is safe, write deployments/<chain id>.json; without it nothing is sent
  --allow       on a testnet: checks that may fail, with commas between (--allow git,owner)
  --yes         on mainnet: do not ask before sending
  --eth-usd     price of ETH for the cost; default: Chainlink's on that chain
  --deployments where parameters, journal and records are; default: deployments
  --json        print one JSON document instead of text; amounts in wei
  --help        this text

Environment, or Hardhat's keystore (npx hardhat keystore set NAME):
  DEPLOYER_KEY                          the private key that deploys and pays
  BASE_SEPOLIA_RPC_URL, BASE_RPC_URL    a JSON-RPC endpoint of the chain
Environment alone:
  BASE_SEPOLIA_FORK_BLOCK, BASE_FORK_BLOCK    the block that the simulation forks; default: 600 behind the head

Checks: ${CHECK_NAMES.join(", ")}.
A run that was interrupted is finished by the same command: nothing is sent twice.
Exit code: 0 if all went well, 2 if a check failed or something is wrong that you can put right, 1 for anything else.`;

const FLAGS = {
  network: { type: "string" },
  broadcast: { type: "boolean", default: false },
  allow: { type: "string" },
  yes: { type: "boolean", default: false },
  "eth-usd": { type: "string" },
  deployments: { type: "string", default: "deployments" },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const base = baseChainOf(values.network);
  const ethUsd = numberOf("--eth-usd", values["eth-usd"], {
    unit: "the price of 1 ETH in US dollars",
    least: 0.01,
    decimals: 9,
  });
  const asks = values.broadcast && !base.testnet && !values.yes;
  if (asks && !process.stdin.isTTY) {
    throw new UsageError(`--broadcast to ${base.title} asks before it sends: use a terminal, or --yes.`);
  }
  const allowed = readAllowed(values.allow, base);
  const folder = resolve(values.deployments);
  const access = await readAccess(base, folder);
  await buildContracts();
  const { runDeployment } = await import("./runDeployment.ts");

  const print = values.json ? () => undefined : console.log;
  const progress = values.json ? console.error : (line: string) => console.error(`  ${line}`);
  const send = values.broadcast;
  const ask = async (deployment: Deployment) => !asks || (await confirm(deployment));
  const report = await runDeployment(
    { base, folder, repository: ROOT, access, allowed, send, ethUsd, confirm: ask },
    { print, progress },
  );
  const { ending, deployed } = report;
  const where = values.deployments === FLAGS.deployments.default ? "" : ` --deployments ${values.deployments}`;
  const flags = `--network ${base.name}${where}`;
  if (values.json) console.log(toJson(report));
  else if (ending === "simulated") {
    const allow = values.allow === undefined ? "" : ` --allow ${values.allow}`;
    console.log(`\nNothing was sent. To deploy: npm run deploy -- ${flags}${allow} --broadcast`);
  } else if (ending === "refused") console.error("\nNothing was sent: a check failed.");
  else if (deployed.length > 0)
    console.log(`\nNext: npm run abi, commit deployments/ and abi/, then npm run verify -- ${flags}`);
  return ending === "refused" ? 2 : 0;
});

/** Sending to a chain with real money takes a person who says so. */
async function confirm({ base, deployer }: Deployment): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`\nSend it from ${deployer.address}? Type "${base.name}" to go on: `);
  terminal.close();
  return answer.trim() === base.name;
}
