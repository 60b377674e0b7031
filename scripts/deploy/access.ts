/**
 * Reads what a deployment needs of whoever runs it: an endpoint of the chain and the deployer's key, from the environment or
 * from Hardhat's keystore. What is missing is said all at once, with the way to set it.
 */
import { join } from "node:path";
import type { BaseChain } from "@luxxon/chain/baseChains";
import { UsageError } from "@luxxon/chain/usageError";
import type { Hex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { configOf, fetched, KEY, whatIsMissing } from "../keystore.ts";

export interface Access {
  rpcUrl: string;
  deployer: PrivateKeyAccount;
}

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

function accountOf(key: string): PrivateKeyAccount {
  const hex = key.startsWith("0x") ? key : `0x${key}`;
  try {
    return privateKeyToAccount(hex as Hex);
  } catch {
    throw new UsageError(`${KEY} is no private key: it takes 0x and 64 hexadecimal digits.`);
  }
}
