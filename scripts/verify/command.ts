/** `npm run verify`: has explorers show the sources of what is deployed. */

import { resolve } from "node:path";
import { numberOf, oneOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { buildContracts } from "../contract/compile.ts";
import { type Check, checkLine, hasFailed } from "../deploy/outcome.ts";
import { rpcUrlOf } from "../endpoint.ts";
import { baseChainOf } from "../target.ts";
import { EXPLORER_NAMES } from "./explorers.ts";

const HELP = `Gives the sources of the deployed contract to explorers, which compile and compare them, and enters their pages
into deployments/<chain id>.json. Asking again is harmless.

  npm run verify -- --network base-sepolia|base [flags]

  --network     the chain: base-sepolia or base
  --only        one of ${EXPLORER_NAMES.join(", ")}; default: all of them
  --wait        how many seconds to wait for each; default: 300
  --deployments where the record is; default: deployments
  --json        print JSON instead of text
  --help        this text

Environment, or Hardhat's keystore (npx hardhat keystore set NAME):
  BASE_SEPOLIA_RPC_URL, BASE_RPC_URL    a JSON-RPC endpoint of the chain
  ETHERSCAN_API_KEY                     for basescan

Exit code: 0 if every explorer shows the sources, 1 if one does not, 2 if something is wrong that you can put right.`;

const FLAGS = {
  network: { type: "string" },
  only: { type: "string" },
  wait: { type: "string" },
  deployments: { type: "string", default: "deployments" },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const base = baseChainOf(values.network);
  const explorers = values.only === undefined ? EXPLORER_NAMES : [oneOf("--only", values.only, EXPLORER_NAMES)];
  const waitSeconds = numberOf("--wait", values.wait, { unit: "seconds", least: 1, most: 3_600 }) ?? 300;
  const rpcUrl = await rpcUrlOf(base);
  await buildContracts();
  const { verifyDeployment } = await import("./verify.ts");

  const checks: Check[] = [];
  const folder = resolve(values.deployments);
  const onWaiting = (name: string, seconds: number) => console.error(`${name}: no answer yet, after ${seconds} s`);
  for await (const check of verifyDeployment({ base, rpcUrl, explorers, folder, waitSeconds, onWaiting })) {
    checks.push(check);
    if (!values.json) console.log(checkLine(check));
  }
  if (values.json) console.log(toJson({ network: base.name, explorers: checks }));
  const failed = checks.filter(hasFailed);
  for (const { name } of failed) console.error(`Later: npm run verify -- --network ${base.name} --only ${name}`);
  return failed.length === 0 ? 0 : 1;
});
