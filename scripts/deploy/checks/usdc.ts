/** Checks that Circle's USDC stands where it should, as it should: every deposit and payout will go through it. */

import { usdcAbi } from "@luxxon/chain/usdc";
import { domainSeparator } from "viem";
import type { Deployment } from "../deployment.ts";
import { type CheckResult, failed, passed } from "../outcome.ts";

const DECIMALS = 6;

export async function checkUsdc({ base, chain: { client } }: Deployment): Promise<CheckResult> {
  const { address, name: expectedName, domainSeparator: expected } = base.usdc;
  if ((await client.getCode({ address })) === undefined) return failed(`there is no code at ${address}`);
  const token = { address, abi: usdcAbi } as const;
  const [decimals, name, version, read] = await Promise.all([
    client.readContract({ ...token, functionName: "decimals" }),
    client.readContract({ ...token, functionName: "name" }),
    client.readContract({ ...token, functionName: "version" }),
    client.readContract({ ...token, functionName: "DOMAIN_SEPARATOR" }),
  ]);
  if (decimals !== DECIMALS) return failed(`${address} has ${decimals} decimals, not ${DECIMALS}`);
  if (name !== expectedName) return failed(`${address} is called "${name}", not "${expectedName}"`);
  const computed = domainSeparator({ domain: { name, version, chainId: base.chainId, verifyingContract: address } });
  if (computed !== read)
    return failed(`DOMAIN_SEPARATOR() is ${read}; from name, version and chain follows ${computed}`);
  if (read !== expected) return failed(`DOMAIN_SEPARATOR() is ${read}, not ${expected}, which Circle's has`);
  return passed(`${address}: "${name}", ${decimals} decimals, domain separator computed = read = expected`);
}
