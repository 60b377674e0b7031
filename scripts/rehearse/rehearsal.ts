/** Gives each step of the rehearsal what it works with, and keeps what came of it. */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { ROOT } from "@luxxon/chain/root";
import { type Finished, runChild } from "../child.ts";
import { openStage, type Stage } from "./stage.ts";
import { API_KEY, serveExplorers } from "./standIns.ts";

const CONFIG = fileURLToPath(new URL("hardhat.config.ts", import.meta.url));

/** Takes up where the one before has ended. */
export interface Step {
  title: string;
  play(context: RehearsalContext): Promise<void>;
}

/** What came of a step. */
export interface Played {
  title: string;
  commands: string[];
  facts: { fact: string; holds: boolean }[];
}

export interface RehearsalContext {
  stage: Stage;
  explorers: Awaited<ReturnType<typeof serveExplorers>>;
  /** Runs `npm run <command>`, as a person would, against the rehearsal's chain, explorers and folder. */
  run(command: string, flags?: string[], started?: (kill: () => void) => void): Promise<Finished>;
  /** Says what is so; the rehearsal fails if it is not. */
  expect(fact: string, holds: boolean): void;
}

/** Fails because something is not as it must be. What the last command printed helps to see why. */
export class RehearsalFailure extends Error {
  override name = "RehearsalFailure";
}

export interface RehearsalOptions {
  print(line: string): void;
  /** Is told of each step as it begins. */
  begin?(line: string): void;
  /** Print everything that the commands print, too. */
  show?: boolean;
}

export async function openRehearsal({ print, begin, show = false }: RehearsalOptions) {
  const stage = await openStage(BASE_CHAINS.baseSepolia);
  const explorers = await serveExplorers(await stage.twin.viem.getPublicClient(), stage.base.chainId);
  const played: Played[] = [];
  let last: Finished | undefined;
  const context: RehearsalContext = {
    stage,
    explorers,
    async run(command, flags = [], started) {
      const args = ["--network", stage.base.name, ...flags];
      const line = `npm run ${command} -- ${args.map(asTyped).join(" ")}`;
      played.at(-1)?.commands.push(line);
      print(`   $ ${line}`);
      const script = `scripts/${command}/command.ts`;
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
      const { stdout, stderr } = last;
      if (show) for (const it of `${stdout}${stderr}`.trimEnd().split("\n")) print(`   | ${it}`);
      return last;
    },
    expect(fact, holds) {
      played.at(-1)?.facts.push({ fact, holds });
      print(`   ${holds ? "✓" : "✗"} ${fact}`);
      if (holds) return;
      throw new RehearsalFailure(`It is not so that ${fact}.\n\n${last?.stdout ?? ""}${last?.stderr ?? ""}`);
    },
  };
  return {
    context,
    played,
    async play({ title, play }: Step): Promise<void> {
      played.push({ title, commands: [], facts: [] });
      const line = `${played.length}. ${title}`;
      begin?.(line);
      print(played.length === 1 ? line : `\n${line}`);
      await play(context);
    },
    async close(): Promise<void> {
      explorers.close();
      await stage.close();
    },
  };
}

/** An argument as a shell takes it. */
function asTyped(argument: string): string {
  return /^[\w.,:/=-]+$/.test(argument) ? argument : `"${argument}"`;
}
