/** Checks that a deployed contract is what was meant, on the fork before anything is sent and on the chain afterwards. */

import { isAnswerOfAnother } from "@luxxon/chain/rpc/client";
import { readSettings } from "@luxxon/chain/settlement/state";
import { type Address, keccak256, type PublicClient } from "viem";
import { maskImmutables } from "../contract/immutables.ts";
import { type Deployment, VERSION } from "./deployment.ts";
import { type Check, type CheckResult, failed, passed } from "./outcome.ts";

type Expected = Pick<Deployment, "args" | "code" | "build">;

/** Reads everything that a deployment determines, and compares. */
export async function inspectDeployment(client: PublicClient, address: Address, expected: Expected): Promise<Check[]> {
  const code = await inspectCode(client, address, expected);
  const found = { code, ...(await inspectState(client, address, expected)) };
  return Object.entries(found).map(([name, finding]) => ({ name, ...finding }));
}

async function inspectCode(client: PublicClient, address: Address, { code, build }: Expected): Promise<CheckResult> {
  const deployed = await client.getCode({ address });
  if (deployed === undefined) return failed(`there is no code at ${address}`);
  const hash = keccak256(maskImmutables(deployed, code.immutableReferences));
  const wanted = build.current.maskedCodeHash;
  if (hash === wanted) return passed(`${hash}, immutables masked: the build's`);
  return failed(`${hash}, immutables masked; the build's is ${wanted}`);
}

async function inspectState(client: PublicClient, address: Address, { args }: Expected) {
  const state = await readSettings(client, { address, usdc: args.usdc }).catch((error: unknown) => {
    if (isAnswerOfAnother(error)) return undefined;
    throw error;
  });
  if (state === undefined) return { state: failed("it does not answer as the contract does") };
  const { version, usdc, owner, relayer, guardian, platformWallet, totalCredits: credits, surplus } = state;
  const roles = { usdc, owner, relayer, guardian, platformWallet };
  const limits = {
    defaultDailyLimit: String(state.defaultDailyLimit),
    poolDailyLimit: String(state.poolDailyLimit),
  };
  return {
    version: compare({ version: VERSION }, { version }, version),
    roles: compare(args, roles, `${Object.keys(roles).join(", ")}: as given`),
    limits: compare(args, limits, "as given"),
    // A surplus is nobody's fault: anyone can send USDC to any address.
    books: compare(
      { deposits: 0n, credits: 0n },
      { deposits: state.totalDeposits, credits },
      `empty; surplus ${surplus} µUSDC`,
    ),
  };
}

/** Holds what was read against what was wanted under the same names. */
function compare(wanted: Record<string, unknown>, read: Record<string, unknown>, good: string): CheckResult {
  const other = Object.keys(read).find((name) => read[name] !== wanted[name]);
  return other === undefined
    ? passed(good)
    : failed(`${other} is ${String(read[other])}, not ${String(wanted[other])}`);
}
