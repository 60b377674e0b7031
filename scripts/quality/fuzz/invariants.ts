/** Runs the invariant tests in depth: many seeds, as many processes as there are cores. */
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { toJson } from "@luxxon/chain/json";
import { openHardhat } from "../../contract/hardhat.ts";
import { openProgress } from "../../progress.ts";
import { atOnce, Worker } from "../workers.ts";
import type { Campaigner, CampaignOptions, CampaignResult } from "./campaign.ts";
import { countRuns, notReached, reachProblem, readReach } from "./reach.ts";

export interface InvariantsOptions {
  runs: number;
  /** Calls a run. */
  depth: number;
  seed: number;
  /** Print one JSON document instead of tables. */
  json: boolean;
}

/** Runs of one campaign: small enough that a failure names a seed that is soon repeated. */
const RUNS_A_CAMPAIGN = 100;
const CAMPAIGN = new URL("campaign.ts", import.meta.url);

interface Campaign extends CampaignOptions {
  report: string;
}

/** @returns The exit code: 0 if every invariant held and every situation was reached. */
export async function fuzzInvariants(options: InvariantsOptions): Promise<number> {
  const { config } = await openHardhat();
  const folder = join(config.paths.cache, "invariants", "fuzz");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const campaigns = planned(options, folder);
  const reports = campaigns.map(({ report }) => report);

  console.error(
    `Invariants: ${options.runs} runs of ${options.depth} calls, seeds ${options.seed} to ${options.seed + campaigns.length - 1}.`,
  );
  const started = Date.now();
  const progress = openProgress("Running campaigns");
  const looking = setInterval(() => {
    const done = countRuns(reports);
    progress.show(done / options.runs, `${done} of ${options.runs} runs, ${done * options.depth} calls`);
  }, 2_000);
  const failed = await runAll(campaigns).finally(() => {
    clearInterval(looking);
    progress.end();
  });

  const runs = countRuns(reports);
  const reach = readReach(reports);
  const seconds = Math.round((Date.now() - started) / 1000);
  const problem = failed.length === 0 ? reachProblem(reach) : undefined;
  if (options.json) {
    const { depth, seed } = options;
    const summary = { runs, depth, seed, calls: runs * depth, seconds, reach: Object.fromEntries(reach) };
    console.log(toJson({ ...summary, notReached: notReached(reach), failed }));
  } else {
    for (const [situation, count] of reach) console.log(`  ${situation.padEnd(34)}${String(count).padStart(10)}`);
    console.log(`\n${runs} runs, ${runs * options.depth} calls, ${seconds} s; ${reach.size} situations.`);
  }
  for (const { seed, failures } of failed) printFailure(seed, failures, options.depth);
  if (problem !== undefined) console.error(problem);
  else if (failed.length === 0) console.error("I1 to I11 held after every call.");
  return failed.length === 0 && problem === undefined ? 0 : 1;
}

function planned({ runs, depth, seed }: InvariantsOptions, folder: string): Campaign[] {
  const count = Math.ceil(runs / RUNS_A_CAMPAIGN);
  return Array.from({ length: count }, (_, i) => ({
    runs: Math.min(RUNS_A_CAMPAIGN, runs - i * RUNS_A_CAMPAIGN),
    depth,
    seed: seed + i,
    report: join(folder, `${seed + i}.jsonl`),
  }));
}

/** Runs the campaigns, two at a time on two cores; after a failure no more are begun. */
async function runAll(campaigns: readonly Campaign[]) {
  const failed: { seed: number; failures: CampaignResult["failures"] }[] = [];
  const waiting = [...campaigns];
  await atOnce(Math.min(availableParallelism(), campaigns.length), waiting, async ({ report, ...options }) => {
    // A process for each: where it reports to comes from its environment.
    const worker = new Worker<Campaigner>(CAMPAIGN, { LUXXON_REACH_REPORT: report });
    const { success, failures } = await worker.ask("runCampaign", options).finally(() => worker.stop());
    if (success) return;
    failed.push({ seed: options.seed, failures });
    waiting.length = 0;
  });
  return failed;
}

function printFailure(seed: number, failures: CampaignResult["failures"], depth: number): void {
  if (failures.length === 0) console.error(`Seed ${seed}: the campaign ran no test.`);
  for (const { test, reason, calls } of failures) {
    console.error(`\nSeed ${seed}: ${test}\n  ${reason}`);
    if (calls.length !== 0) console.error(`after these calls:\n${calls.map((call) => `  ${call}`).join("\n")}`);
    console.error(`Again: npm run fuzz -- --only invariants --runs ${RUNS_A_CAMPAIGN} --depth ${depth} --seed ${seed}`);
  }
}
