/** Reads endpoints and the deployer's key from Hardhat's configuration: the environment, or else its keystore. */
import { existsSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";
import type { BaseChain } from "@luxxon/chain/baseChains";
import { UsageError } from "@luxxon/chain/usageError";
import hre from "hardhat";

export const KEY = "DEPLOYER_KEY";

/** Hardhat's number for a configuration variable that is nowhere. */
const NOT_FOUND = 7;

/** The endpoint alone, for whoever only reads. */
export async function readRpcUrl(base: BaseChain): Promise<string> {
  const rpcUrl = await fetched(configOf(base).url);
  if (rpcUrl === undefined) throw new UsageError(whatIsMissing(base, { rpcUrl, key: "not needed" }));
  return rpcUrl;
}

export function configOf({ network }: BaseChain) {
  const config = hre.config.networks[network];
  if (config?.type !== "http") throw new Error(`hardhat.config.ts has no network ${network} that is reached over HTTP`);
  return config;
}

export async function fetched(variable: { get(): Promise<string> } | undefined): Promise<string | undefined> {
  try {
    // CI sets secrets that do not exist to "", and what was pasted ends with a line break.
    return (await variable?.get())?.trim() || undefined;
  } catch (error) {
    if (error instanceof Error && "number" in error && error.number === NOT_FOUND) return undefined;
    throw error;
  }
}

interface Has {
  rpcUrl: string | undefined;
  key: string | undefined;
  /** The file, where it is needed. */
  parameters?: string;
}

export function whatIsMissing(base: BaseChain, { rpcUrl, key, parameters }: Has): string {
  const variables: [string, string][] = [];
  if (rpcUrl === undefined) variables.push([base.rpcUrlVariable, `a JSON-RPC endpoint of ${base.title}`]);
  if (key === undefined)
    variables.push([KEY, "the private key that deploys and pays; it gets no right in the contract"]);
  const width = Math.max(...variables.map(([name]) => name.length));
  const lines = [
    variables.length === 1 ? "This is not set:" : "These are not set:",
    "",
    ...variables.map(([name, what]) => `  ${name.padEnd(width)}   ${what}`),
    "",
    "Keep them encrypted on this machine (each value is asked for):",
    "",
    ...variables.map(([name]) => `  npx hardhat keystore set ${name}`),
    "",
    "or set them in the environment, which wins over the keystore:",
    "",
    ...variables.map(([name]) => `  export ${name}=…`),
  ];
  if (parameters !== undefined && !existsSync(parameters)) {
    const file = relative(process.cwd(), parameters);
    lines.push("", `${file} is missing too: copy deployments/parameters/example.json and fill it in.`);
  }
  return lines.join("\n");
}
