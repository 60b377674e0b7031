/** Explains in one line what Ignition, the journal or the endpoint object to, and what to do about it. */
import { join } from "node:path";
import { constructorArgsSchema } from "@luxxon/chain/deployments/record";
import { causeOf, isCut, RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { type DeploymentResult, DeploymentResultType } from "@nomicfoundation/ignition-core";
import { type Deployment, VERSION } from "./deployment.ts";

type Failed = Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>;

/** `base-sepolia-4.0.0`: Ignition's name for a deployment, and of its folder. */
export function deploymentIdOf({ base }: Pick<Deployment, "base">): string {
  return `${base.name}-${VERSION}`;
}

/** Where Ignition keeps its journal. */
export function journalOf(deployment: Pick<Deployment, "base" | "folder">): string {
  return join(deployment.folder, deploymentIdOf(deployment));
}

/** @returns An error that can be thrown: a `UsageError` where the user can put it right. */
export function problemOf(problem: unknown, deployment: Deployment): Error {
  if (problem instanceof Error) return problemOfError(problem, deployment);
  return problemOfResult(problem as Failed, deployment);
}

/** Hardhat's numbers of what can go wrong while Ignition works. */
const UNCONFIRMED = [10402, 10403];
const WRONG_NONCE = [10404, 10411, 10412];
const OTHER_CHAIN = 10900;

function problemOfError(error: Error, deployment: Deployment): Error {
  const line = lineOf(error, deployment);
  return line === undefined ? error : new UsageError(line, { cause: error });
}

function lineOf(error: Error, deployment: Deployment): string | undefined {
  const number = "number" in error ? Number(error.number) : 0;
  const { base, deployer } = deployment;
  const rerun = "run the same command again: nothing is sent twice";
  if (UNCONFIRMED.includes(number))
    return `${deployer.address} has a transaction that is not confirmed yet: wait until it is (or replace it), then ${rerun}.`;
  if (WRONG_NONCE.includes(number))
    return `${deployer.address} sent something else meanwhile, so that the nonces do not fit: let it rest, then ${rerun}.`;
  if (number === OTHER_CHAIN) return `${journalOf(deployment)} is the journal of a deployment on another chain.`;
  if (isCut(error)) return `${base.rpcUrlVariable} stopped answering: when it is back, ${rerun}.`;
  if (/insufficient funds|enough funds/i.test(error.message))
    return `${deployer.address} cannot pay: send it some ETH, then ${rerun}.`;
  const refusal = causeOf(error, RequestProblem);
  if (refusal !== undefined) return `${refusal.message} To go on, ${rerun}.`;
  return undefined;
}

const LOST = 10410;

/** Whether Ignition knows that a transaction was about to be sent, and not whether it was. */
export function isLost(error: unknown): boolean {
  return error instanceof Error && "number" in error && error.number === LOST;
}

function problemOfResult(result: Failed, deployment: Deployment): Error {
  const journal = journalOf(deployment);
  const again = "If nothing of it was sent, move that folder away and run again.";
  switch (result.type) {
    case DeploymentResultType.VALIDATION_ERROR:
      return new UsageError(`Ignition refuses the deployment: ${first(result.errors)}`);
    case DeploymentResultType.RECONCILIATION_ERROR:
      return new UsageError(
        `${journal} holds a deployment that was begun ${otherwise(first(result.errors))}. ${again}`,
      );
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      return new UsageError(
        `${journal} holds a deployment that failed: ${first(result.errors)} Nothing was deployed: move that folder away and run again.`,
      );
    case DeploymentResultType.EXECUTION_ERROR: {
      if (result.timedOut.length > 0) {
        return new UsageError(
          "The transaction is still not in a block: run the same command again to go on waiting; it is not sent twice.",
        );
      }
      const reason = result.failed[0]?.error ?? result.held[0]?.reason ?? "it does not say why";
      return new Error(`the deployment failed: ${reason}`);
    }
    default:
      return new Error(`Ignition ended in a way that is not known: ${JSON.stringify(result satisfies never)}`);
  }
}

function first(errors: Record<string, string[]>): string {
  return Object.values(errors).flat()[0] ?? "it does not say why";
}

/** In which way a journal differs from what is asked for now. */
function otherwise(reason: string): string {
  const argument = /Argument at index (\d+)/.exec(reason)?.[1];
  if (argument !== undefined) {
    const name = Object.keys(constructorArgsSchema.shape)[Number(argument)] ?? `argument ${argument}`;
    return `with another ${name}`;
  }
  if (/bytecodes? ha/i.test(reason)) return "from another build: compile the commit that it began with";
  if (/^From account/i.test(reason)) return `by another deployer (${reason})`;
  return `otherwise (${reason})`;
}
