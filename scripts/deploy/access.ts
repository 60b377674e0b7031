/**
 * What a deployment needs of whoever runs it: an endpoint of the chain and the deployer's key, from the environment or from
 * Hardhat's keystore. What is missing is said all at once, with the way to set it.
 */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import hre from "hardhat";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { BaseChain } from "../baseChains.ts";
import { UsageError } from "../cli.ts";

export interface Access {
  rpcUrl: string;
  deployer: PrivateKeyAccount;
}

const KEY = "DEPLOYER_KEY";

/** Hardhat's number for a configuration variable that is nowhere. */
const NOT_FOUND = 7;

/**
 * @param folder Where the parameters are to be: they are no part of the access, but if they are missing that is said too.
 * @throws {UsageError} naming everything that is missing, or that the key is none. The key itself is never shown.
 */
export async function readAccess(base: BaseChain, folder: string): Promise<Access> {
  const { url, accounts } = configOf(base);
  const account = Array.isArray(accounts) ? accounts[0] : undefined;
  const rpcUrl = await fetched(url);
  const key = await fetched(account);
  if (rpcUrl === undefined || key === undefined) {
    const parameters = join(folder, "parameters", `${base.name}.json`);
    throw new UsageError(whatIsMissing(base, { rpcUrl, key, parameters }));
  }
  return { rpcUrl, deployer: accountOf(key) };
}

/** The endpoint alone, for whoever only reads. */
export async function readRpcUrl(base: BaseChain): Promise<string> {
  const rpcUrl = await fetched(configOf(base).url);
  if (rpcUrl === undefined) throw new UsageError(whatIsMissing(base, { rpcUrl, key: "not needed" }));
  return rpcUrl;
}

function configOf({ network }: BaseChain) {
  const config = hre.config.networks[network];
  if (config?.type !== "http") throw new Error(`hardhat.config.ts has no network ${network} that is reached over HTTP`);
  return config;
}

async function fetched(variable: { get(): Promise<string> } | undefined): Promise<string | undefined> {
  try {
    // CI sets secrets that do not exist to "".
    return (await variable?.get()) || undefined;
  } catch (error) {
    if (error instanceof Error && "number" in error && error.number === NOT_FOUND) return undefined;
    throw error;
  }
}

function accountOf(key: string): PrivateKeyAccount {
  const hex = key.startsWith("0x") ? key : `0x${key}`;
  try {
    return privateKeyToAccount(hex as Hex);
  } catch {
    throw new UsageError(`${KEY} is no private key: it takes 0x and 64 hexadecimal digits.`);
  }
}

interface Has {
  rpcUrl: string | undefined;
  key: string | undefined;
  /** The file, where it is needed. */
  parameters?: string;
}

function whatIsMissing(base: BaseChain, { rpcUrl, key, parameters }: Has): string {
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
