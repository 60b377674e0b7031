/** Checks that the right accounts would hold the roles, within limits that protect somebody. */
import { isDelegation, readSafe, unlisted } from "@luxxon/chain/safe/safe";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import type { Deployment } from "../deployment.ts";
import { type CheckResult, failed, passed, warned } from "../outcome.ts";

const LEAST_THRESHOLD = 2;

export async function checkOwner(deployment: Deployment): Promise<CheckResult> {
  const { base, chain, args, listed } = deployment;
  const { client } = chain;
  const { owner } = args;
  const code = await client.getCode({ address: owner });
  if (code === undefined) return failed(`${owner} has no code on ${base.title}: it must be a Safe, not a key`);
  if (isDelegation(code)) return failed(`${owner} is a key that has delegated to code, not a Safe`);
  const safe = await readSafe(client, owner);
  if (safe === undefined) return warned(`${owner} has code, and is no Safe: nobody can tell from here who controls it`);
  const { threshold, owners } = safe;
  const found = `${owner} is a Safe of ${owners.length} that needs ${threshold}`;
  const [strange] = unlisted(safe, listed);
  if (strange !== undefined) {
    const problem = `${found}, but ${strange}: remove it, or name it in the parameters`;
    return base.testnet ? warned(problem) : failed(problem);
  }
  if (threshold >= LEAST_THRESHOLD) return passed(found);
  return base.testnet
    ? warned(`${found}: enough on a testnet only`)
    : failed(`${found}: one stolen key would own it; raise its threshold to ${LEAST_THRESHOLD}`);
}

export function checkRoles({ args, deployer }: Pick<Deployment, "args" | "deployer">): CheckResult {
  const { usdc, owner, relayer, guardian, platformWallet } = args;
  const holders: Record<string, Address> = { owner, relayer, guardian, platformWallet };
  for (const [role, holder] of Object.entries(holders)) {
    if (role !== "guardian" && holder === zeroAddress) return failed(`${role} is the zero address`);
    if (isAddressEqual(holder, usdc)) return failed(`${role} is USDC itself`);
  }
  const accounts = Object.entries({ ...holders, deployer: deployer.address });
  for (const [i, [role, holder]] of accounts.entries()) {
    const same = accounts.slice(i + 1).find(([, other]) => isAddressEqual(holder, other));
    if (same !== undefined) return failed(`${role} and ${same[0]} are the same account, ${holder}`);
  }
  if (guardian === zeroAddress) return warned("all distinct; nobody is guardian, so only the owner can pause");
  return passed("owner, relayer, guardian, platformWallet and deployer are five accounts");
}

export function checkLimits({ args }: Pick<Deployment, "args">): CheckResult {
  const [consumer, pool] = [BigInt(args.defaultDailyLimit), BigInt(args.poolDailyLimit)];
  const unlimited = [...(consumer === 0n ? ["a consumer"] : []), ...(pool === 0n ? ["the pool"] : [])];
  if (unlimited.length > 0)
    return warned(`no limit for ${unlimited.join(" and ")}: a stolen relayer key could take all`);
  if (consumer > pool)
    return failed(`a consumer's limit (${consumer} µUSDC) is above the whole pool's (${pool} µUSDC)`);
  return passed(`${consumer} µUSDC a day for a consumer, ${pool} µUSDC for the pool`);
}
