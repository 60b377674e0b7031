/** Runs deployments in this process, on a stage of the rehearsal's. */

import { format } from "node:util";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { ROOT } from "@luxxon/chain/root";
import type { Check } from "../../scripts/deploy/outcome.ts";
import { type DeploymentReport, type DeployOptions, runDeployment } from "../../scripts/deploy/runDeployment.ts";
import type { Stage } from "../../scripts/rehearse/stage.ts";

export interface Told extends Partial<DeploymentReport> {
  /** What the user reads if it ends with an error. */
  error?: Error;
  /** Of preflight and chain. */
  checks: Check[];
  /** What a person reads on stdout, as console.log would print it. */
  lines: string[];
  progress: string[];
}

/** Runs a deployment and collects what it tells. The sources are usually being worked on, so `git` may fail. */
export async function deployOn(stage: Stage, options: Partial<DeployOptions> = {}): Promise<Told> {
  const lines: string[] = [];
  const progress: string[] = [];
  try {
    const report = await runDeployment(
      {
        base: stage.base,
        folder: stage.folder,
        repository: ROOT,
        access: { rpcUrl: stage.rpcUrl, deployer: stage.deployer },
        allowed: ["git"],
        send: false,
        ethUsd: undefined,
        confirm: async () => false,
        ...options,
      },
      { print: (...given) => void lines.push(format(...given)), progress: (line) => void progress.push(line) },
    );
    return { ...report, checks: [...report.preflight, ...report.deployed], lines, progress };
  } catch (error) {
    return { error: error as Error, checks: [], lines, progress };
  }
}

export const { baseSepolia, base } = BASE_CHAINS;
