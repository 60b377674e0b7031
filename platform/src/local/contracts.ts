/** Puts the contracts on a new local chain, and knows where they are on one that is there. */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { readJson, replaceJson } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { z } from "zod";
import { startChain, waitUntilKept } from "./anvil.ts";
import type { Started } from "./postgres.ts";
import type { State } from "./state.ts";

const hex = z.templateLiteral(["0x", z.string()]);
/** `contracts.json` of the state folder. */
const Contracts = z.object({
  settlement: hex,
  usdc: hex,
  multicall3: hex,
  deploymentBlock: z.number(),
  deploymentBlockHash: hex,
});
export type Contracts = z.output<typeof Contracts>;

/** Finds the chain with its contracts alive, or starts it; makes both if there are none. */
export async function startContracts(
  state: State,
  signal?: AbortSignal,
): Promise<Started & { url: string; contracts: Contracts }> {
  const file = state.path("contracts.json");
  const kept = await readJson(Contracts, file, { absent: () => undefined });
  // Without that file the chain is new, or its deployment was cut off: nobody has used it yet.
  const { url, startedHere } = await startChain(state, kept, signal);
  if (kept !== undefined) return { url, contracts: kept, startedHere };
  const contracts = await deploy(url, signal);
  await waitUntilKept(state, contracts.deploymentBlock, signal);
  await replaceJson(file, contracts);
  return { url, contracts, startedHere };
}

async function deploy(url: string, signal?: AbortSignal): Promise<Contracts> {
  const script = fileURLToPath(new URL("./deploy.ts", import.meta.url));
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [script, url], { cwd: ROOT, signal }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`the contracts could not be deployed: ${stderr.trim() || error.message}`));
    });
  });
  return Contracts.parse(JSON.parse(output));
}
