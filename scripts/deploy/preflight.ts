/** Checks, before anything is sent, what must be right by then. */

import { oneOf } from "@luxxon/chain/command/flags";
import { UsageError } from "@luxxon/chain/usageError";
import { checkBalance, checkChainId } from "./checks/chain.ts";
import { checkLimits, checkOwner, checkRoles } from "./checks/roles.ts";
import { checkBuild, checkBytecode, checkCoverage, checkGit, checkSize } from "./checks/sources.ts";
import { checkUsdc } from "./checks/usdc.ts";
import type { Deployment } from "./deployment.ts";
import type { Check, CheckResult } from "./outcome.ts";

/** In the order in which they are made. */
const CHECKS: Record<string, (deployment: Deployment) => CheckResult | Promise<CheckResult>> = {
  "chain-id": checkChainId,
  usdc: checkUsdc,
  owner: checkOwner,
  roles: checkRoles,
  limits: checkLimits,
  git: checkGit,
  coverage: checkCoverage,
  build: checkBuild,
  bytecode: checkBytecode,
  size: checkSize,
  balance: checkBalance,
};

export const CHECK_NAMES = Object.keys(CHECKS);

/** On another chain every other answer would be about that one. */
const NEVER_ALLOWED = ["chain-id"];

/**
 * @param text What `--allow` was given: names, with commas between.
 * @throws {UsageError} if a check is called otherwise or may never fail, or if the chain is not a testnet.
 */
export function readAllowed(text: string | undefined, { title, testnet }: Deployment["base"]): string[] {
  if (text === undefined) return [];
  if (!testnet) throw new UsageError(`--allow is for testnets: on ${title} every check must pass.`);
  const possible = CHECK_NAMES.filter((name) => !NEVER_ALLOWED.includes(name));
  return text.split(",").map((name) => oneOf("--allow", name, possible));
}

/**
 * Makes every check, also after one has failed, so that all that is wrong is known at once.
 *
 * @param allowed Checks that may fail.
 * @param left Checks that make no sense now.
 */
export async function* preflight(
  deployment: Deployment,
  allowed: readonly string[],
  left: readonly string[],
): AsyncGenerator<Check> {
  for (const [name, check] of Object.entries(CHECKS).filter(([it]) => !left.includes(it))) {
    const { outcome, detail } = await check(deployment);
    yield { name, outcome: outcome === "failed" && allowed.includes(name) ? "allowed" : outcome, detail };
  }
}
