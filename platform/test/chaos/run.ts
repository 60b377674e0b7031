/** Kills the platform and its parts at random under load, and then holds what is left of it against the chain. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { unless } from "@luxxon/chain/command/interrupt";
import { ROOT } from "@luxxon/chain/root";
import type { ProcessName } from "../../src/local/state.ts";
import { type Check, checkAll, isQuiet } from "./check.ts";
import { openLoad } from "./load.ts";
import { randomFrom } from "./random.ts";
import { openStage, type Stage } from "./stage.ts";

export interface ChaosOptions {
  kills: number;
  seed: number;
  wallets: number;
  /** Whether `npm run audit` reads the chain afterwards. */
  audit: boolean;
  /** Whether the state is kept if something differs. */
  keep: boolean;
  say: (line: string) => void;
  /** Gives up: all of it is stopped, and deleted. */
  interrupt?: AbortSignal;
}

export interface ChaosResult {
  seed: number;
  kills: Record<ProcessName, number>;
  sessions: { created: number; ended: number };
  deposits: number;
  seconds: number;
  checks: Check[];
  /** Where the state lies, if it was kept. */
  state: string | undefined;
  isGood: boolean;
}

const NAMES: readonly ProcessName[] = ["platform", "postgres", "spicedb", "chain"];
/** How long all may take to come to rest after the last kill, ms. */
const QUIET_WITHIN_MS = 120_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { keep, interrupt } = options;
  const stage = await openStage({ BATCH_WAIT: "0.5" }, interrupt);
  let isKept = false;
  try {
    const result = await unless(interrupt, play(stage, options));
    isKept = keep && !result.isGood;
    return { ...result, state: isKept ? stage.folder : undefined };
  } catch (error) {
    isKept = keep && interrupt?.aborted !== true;
    throw error;
  } finally {
    await stage.close(isKept);
  }
}

async function play(stage: Stage, options: ChaosOptions): Promise<Omit<ChaosResult, "state">> {
  const { kills, seed, wallets, audit, say, interrupt } = options;
  const began = Date.now();
  const random = randomFrom(seed);
  say(`seed ${seed}; ${stage.answer.url}, state in ${stage.folder}`);
  const load = await openLoad(stage, randomFrom(seed + 1), wallets);
  const counts: Record<ProcessName, number> = { platform: 0, postgres: 0, spicedb: 0, chain: 0 };
  for (let killed = 0; killed < kills; ) {
    await sleep(random.between(500, 4_000));
    const one = random.of(NAMES);
    const other = random.next() < 0.25 ? random.of(NAMES) : one;
    const names = [...new Set([one, other])];
    await stage.kill(names);
    for (const name of names) counts[name]++;
    killed += names.length;
    await sleep(random.between(0, 1_500));
    const before = Date.now();
    await stage.startAgain();
    say(
      `kill ${killed}/${kills}: ${names.join(", ")}; back in ${((Date.now() - before) / 1_000).toFixed(1)} s; ${load.told.length} of ${load.created} sessions ended`,
    );
  }
  await load.stop();
  // Who lost a deposit puts it in again: what was refused for its lack is settled then.
  await load.fillUp();
  const isAtRest = await atRest(stage);
  const checks = await checkAll(stage, load.told);
  checks.unshift({
    what: `at rest within ${QUIET_WITHIN_MS / 1_000} s`,
    of: 1,
    differences: isAtRest ? [] : ["something is under way still"],
  });
  checks.push({ what: "clients were answered as documented", of: load.created, differences: [...load.strange] });
  if (audit) checks.push({ what: "npm run audit is clean", of: 1, differences: await auditOf(stage, interrupt) });
  return {
    seed,
    kills: counts,
    sessions: { created: load.created, ended: load.told.length },
    deposits: load.deposits,
    seconds: (Date.now() - began) / 1_000,
    checks,
    isGood: checks.every(({ differences }) => differences.length === 0),
  };
}

async function atRest(stage: Stage): Promise<boolean> {
  for (const end = Date.now() + QUIET_WITHIN_MS; Date.now() < end; await sleep(500)) {
    if (!(await isQuiet(stage).catch(() => false))) continue;
    // What the chain loses or refuses now would be seen by then.
    await sleep(3_000);
    if (await isQuiet(stage).catch(() => false)) return true;
  }
  return false;
}

async function auditOf({ answer }: Stage, interrupt?: AbortSignal): Promise<string[]> {
  const { rpcUrl, settlement, deploymentBlock } = answer;
  const flags = ["--rpc", rpcUrl, "--address", settlement, "--from-block", String(deploymentBlock), "--no-cache"];
  const args = [join("scripts", "audit", "command.ts"), ...flags];
  return await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, signal: interrupt }, (error, out, said) =>
      resolve(error === null ? [] : [`exit ${error.code}: ${(said || out).trim().split("\n").slice(-5).join(" / ")}`]),
    );
  });
}
