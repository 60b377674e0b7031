/** Deployments in this process, on a stage of the rehearsal's. */

import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import type { Check } from "../../scripts/deploy/outcome.ts";
import { type Audience, type DeployOptions, type Ending, runDeployment } from "../../scripts/deploy/runDeployment.ts";
import type { Simulation } from "../../scripts/deploy/simulate.ts";
import type { Stage } from "../../scripts/rehearse/stage.ts";

export interface Told {
  ending?: Ending;
  /** What the user reads if it ends with an error. */
  error?: Error;
  checks: Check[];
  simulation?: Simulation;
  progress: string[];
  record?: DeploymentRecord;
  /** Whether it was recorded just now. */
  news?: boolean;
}

/** Runs a deployment and collects what it tells. The sources are usually being worked on, so `git` may fail. */
export async function deployOn(stage: Stage, options: Partial<DeployOptions> = {}): Promise<Told> {
  const told: Told = { checks: [], progress: [] };
  const audience: Audience = {
    begin: () => undefined,
    section: () => undefined,
    check: (check) => void told.checks.push(check),
    simulated: (simulation) => {
      told.simulation = simulation;
    },
    progress: (line) => void told.progress.push(line),
    recorded(record, news) {
      told.record = record;
      told.news = news;
    },
  };
  try {
    told.ending = await runDeployment(
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
      audience,
    );
  } catch (error) {
    told.error = error as Error;
  }
  return told;
}

export const { baseSepolia, base } = BASE_CHAINS;
