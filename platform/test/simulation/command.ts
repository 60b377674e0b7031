/** `npm run simulate`: plays many small worlds against relayer, watcher and clock, and counts the money in each. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts, unless } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import { startPostgres, stopPostgres } from "../../src/local/postgres.ts";
import { openState } from "../../src/local/state.ts";
import { openSimDatabase } from "./database.ts";
import { PLANTS } from "./plants.ts";
import { openTally, type Played, play } from "./world.ts";

const HELP = `Plays small worlds from seeds: sessions, a chain that reorganises, lies and stands, a database that fails, processes
that die at any call; with the platform's own relayer, watcher and clock in simulated time, on a real Postgres. At the end
of each world every session that ended is settled once, or says why not, and tables and chain agree.

  npm run simulate [-- [--seeds 200] [--seed 1] [--steps 200] [--faults] [--json]]

  --seeds   how many worlds; default: 200
  --seed    the first one; a seed plays the same world each time
  --steps   how much happens in a world before it comes to rest; default: 200
  --faults  plants known faults into the program, one after the other, and says which seed finds each
  --json    one JSON object on stdout at the end
  --help    this text

Exit code: 0 if all is well (with --faults: if each was found), 1 if not, or if of 200 worlds and more something never
happened in any, 2 for a wrong use.`;

/** In so many worlds everything has to have happened. */
const MANY = 200;

const FLAGS = {
  seeds: { type: "string", default: "200" },
  seed: { type: "string", default: "1" },
  steps: { type: "string", default: "200" },
  faults: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const whole = (name: "seeds" | "seed" | "steps") =>
    numberOf(`--${name}`, values[name], { least: 1, most: 9_999_999 });
  const [seeds, first, steps] = [whole("seeds"), whole("seed"), whole("steps")];
  const interrupt = catchInterrupts();
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
    const all = values.faults
      ? findFaults(one, first, seeds, values.json)
      : playAll(one, first, seeds, steps, values.json);
    const isGood = await unless(interrupt, all);
    await db.close();
    return isGood ? 0 : 1;
  } finally {
    await stopPostgres(state);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

type One = (seed: number, plant?: string) => Promise<Played>;

async function playAll(one: One, first: number, seeds: number, steps: number, isJson: boolean): Promise<boolean> {
  const tally = openTally();
  const failed: Played[] = [];
  const started = Date.now();
  for (let seed = first; seed < first + seeds; seed++) {
    const played = await one(seed);
    tally.add(played);
    if (played.problems.length > 0) {
      failed.push(played);
      console.error(`seed ${seed}: ${played.problems.slice(0, 3).join("; ")}`);
      console.error(`  again: npm run simulate -- --seed ${seed} --seeds 1 --steps ${steps}`);
    }
    const done = seed - first + 1;
    if (done % 100 === 0)
      console.error(
        `${done} of ${seeds} worlds, ${failed.length} with a fault, ${Math.round((Date.now() - started) / 1_000)} s`,
      );
  }
  const { reached } = tally;
  const missing = seeds >= MANY ? tally.missing() : [];
  if (isJson) console.log(JSON.stringify({ seeds, first, steps, failed, reached, missing }));
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

async function findFaults(one: One, first: number, seeds: number, isJson: boolean): Promise<boolean> {
  const found: Record<string, { seed: number; problem: string } | null> = {};
  for (const [name, { what }] of Object.entries(PLANTS)) {
    found[name] = null;
    for (let seed = first; seed < first + seeds && found[name] === null; seed++) {
      const { problems } = await one(seed, name);
      if (problems[0] !== undefined) found[name] = { seed, problem: problems[0] };
    }
    const hit = found[name];
    if (!isJson)
      console.log(
        `${name.padEnd(20)}${what.padEnd(60)}${hit === null ? `not found by ${seeds} seeds` : `seed ${hit.seed}: ${hit.problem}`}`,
      );
  }
  if (isJson) console.log(JSON.stringify(found));
  return Object.values(found).every((hit) => hit !== null);
}
