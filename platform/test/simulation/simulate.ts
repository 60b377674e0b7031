/** Plays one world after the other on a Postgres of its own, and prints what became of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unless } from "@luxxon/chain/command/interrupt";
import { startPostgres, stopPostgres } from "../../src/local/postgres.ts";
import { openState } from "../../src/local/state.ts";
import { openSimDatabase } from "./database.ts";
import { PLANTS } from "./plants.ts";
import { openTally, type Played, play } from "./world.ts";

/** In so many worlds everything has to have happened. */
const MANY = 200;

export interface Simulation {
  /** How many worlds, from which seed on. */
  seeds: number;
  first: number;
  steps: number;
  /** Whether known faults are planted, and looked for. */
  faults: boolean;
  json: boolean;
  interrupt: AbortSignal;
}

/** @returns Whether all is well; with `faults`, whether each was found. */
export async function simulate(simulation: Simulation): Promise<boolean> {
  const { steps, faults, interrupt } = simulation;
  const folder = await mkdtemp(join(tmpdir(), "luxxon-simulation-"));
  const state = await openState(join(folder, "state"));
  try {
    const { url } = await startPostgres(state, interrupt);
    const { db, empty } = await openSimDatabase(url);
    const one = async (seed: number, name?: string): Promise<Played> => {
      await empty();
      try {
        return await play({ db, seed, steps, plant: name === undefined ? undefined : PLANTS[name]?.plant });
      } catch (error) {
        return { seed, problems: [`it threw: ${error instanceof Error ? error.message : String(error)}`], reached: {} };
      }
    };
    const isGood = await unless(interrupt, faults ? findFaults(one, simulation) : playAll(one, simulation));
    await db.close();
    return isGood;
  } finally {
    await stopPostgres(state);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

type One = (seed: number, plant?: string) => Promise<Played>;

async function playAll(one: One, { first, seeds, steps, json }: Simulation): Promise<boolean> {
  const tally = openTally();
  const failed: Played[] = [];
  const started = Date.now();
  let shown = started;
  for (let seed = first; seed < first + seeds; seed++) {
    const played = await one(seed);
    tally.add(played);
    if (played.problems.length > 0) {
      failed.push(played);
      console.error(`seed ${seed}: ${played.problems.slice(0, 3).join("; ")}`);
      console.error(`  again: npm run simulate -- --seed ${seed} --seeds 1 --steps ${steps}`);
    }
    const done = seed - first + 1;
    if (Date.now() - shown < 10_000) continue;
    shown = Date.now();
    console.error(
      `${done} of ${seeds} worlds, ${failed.length} with a fault, ${Math.round((Date.now() - started) / 1_000)} s`,
    );
  }
  const { reached } = tally;
  const missing = seeds >= MANY ? tally.missing() : [];
  if (json) console.log(JSON.stringify({ seeds, first, steps, failed, reached, missing }));
  else {
    console.log(
      `\n${seeds} worlds of ${steps} steps in ${Math.round((Date.now() - started) / 1_000)} s. What happened in them:\n`,
    );
    for (const [what, times] of Object.entries(reached).sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`  ${what.padEnd(32)}${String(times).padStart(9)}`);
    console.log(
      failed.length === 0
        ? "\nIn all of them every session is settled once, or says why not."
        : `\n${failed.length} worlds do not add up.`,
    );
    if (missing.length > 0) console.log(`But nothing is shown of what never happened: ${missing.join(", ")}.`);
  }
  return failed.length === 0 && missing.length === 0;
}

async function findFaults(one: One, { first, seeds, json }: Simulation): Promise<boolean> {
  const found: Record<string, { seed: number; problem: string } | null> = {};
  for (const [name, { what }] of Object.entries(PLANTS)) {
    found[name] = null;
    for (let seed = first; seed < first + seeds && found[name] === null; seed++) {
      const { problems } = await one(seed, name);
      if (problems[0] !== undefined) found[name] = { seed, problem: problems[0] };
    }
    const hit = found[name];
    if (!json)
      console.log(
        `${name.padEnd(20)}${what.padEnd(60)}${hit === null ? `not found by ${seeds} seeds` : `seed ${hit.seed}: ${hit.problem}`}`,
      );
  }
  if (json) console.log(JSON.stringify(found));
  return Object.values(found).every((hit) => hit !== null);
}
