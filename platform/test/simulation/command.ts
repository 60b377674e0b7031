/** `npm run simulate`: plays many small worlds against relayer, watcher and clock, and counts the money in each. */
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";

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

const FLAGS = {
  seeds: { type: "string", default: "200" },
  seed: { type: "string", default: "1" },
  steps: { type: "string", default: "200" },
  faults: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const { faults, json } = values;
  const whole = (name: "seeds" | "seed" | "steps") =>
    numberOf(`--${name}`, values[name], { least: 1, most: 9_999_999 });
  const [seeds, first, steps] = [whole("seeds"), whole("seed"), whole("steps")];
  const interrupt = catchInterrupts();
  const { simulate } = await import("./simulate.ts");
  return (await simulate({ seeds, first, steps, faults, json, interrupt })) ? 0 : 1;
});
