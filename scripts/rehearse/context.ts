/** What every step of the rehearsal works with. */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "@luxxon/chain/root";
import { type Finished, runChild } from "../child.ts";
import type { Stage } from "./stage.ts";
import { API_KEY, type serveExplorers } from "./standIns.ts";

const CONFIG = fileURLToPath(new URL("hardhat.config.ts", import.meta.url));

export interface Step {
  title: string;
  run(context: RehearsalContext): Promise<void>;
}

export interface RehearsalContext {
  stage: Stage;
  explorers: Awaited<ReturnType<typeof serveExplorers>>;
  /** Runs one of the project's commands, as a person would, against the rehearsal's chain, explorers and folder. */
  run(script: string, args: string[], started?: (kill: () => void) => void): Promise<Finished>;
  /** Says what is so; the rehearsal fails if it is not. */
  expect(fact: string, holds: boolean): void;
}

/** Where the rehearsal is told. */
export interface Audience {
  step(title: string): void;
  command(line: string): void;
  output(finished: Finished): void;
  fact(fact: string, holds: boolean): void;
}

/** Something was not as it must be. What the last command printed helps to see why. */
export class RehearsalFailure extends Error {
  override name = "RehearsalFailure";
}

export function openContext(
  stage: Stage,
  explorers: RehearsalContext["explorers"],
  audience: Audience,
): RehearsalContext {
  let last: Finished | undefined;
  return {
    stage,
    explorers,
    async run(script, args, started) {
      const verb = script.replace(/^scripts\/(.*)\/command\.ts$/, "$1");
      audience.command(`npm run ${verb} -- ${args.map(asTyped).join(" ")}`);
      last = await runChild([process.execPath, script, ...args, "--deployments", stage.folder], {
        cwd: ROOT,
        started,
        environment: {
          [stage.base.rpcUrlVariable]: stage.rpcUrl,
          DEPLOYER_KEY: stage.deployerKey,
          ETHERSCAN_API_KEY: API_KEY,
          HARDHAT_CONFIG: CONFIG,
          LUXXON_REHEARSAL_EXPLORERS: explorers.url,
        },
      });
      audience.output(last);
      return last;
    },
    expect(fact, holds) {
      audience.fact(fact, holds);
      if (holds) return;
      throw new RehearsalFailure(`It is not so that ${fact}.\n\n${last?.stdout ?? ""}${last?.stderr ?? ""}`);
    },
  };
}

/** An argument as a shell takes it. */
function asTyped(argument: string): string {
  return /^[\w.,:/=-]+$/.test(argument) ? argument : `"${argument}"`;
}
