/** `npm run rehearse`: plays a deployment from its first check to the last explorer, offline. */

import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { buildContracts } from "../contract/compile.ts";

const HELP = `Plays a whole deployment on a local twin of Base Sepolia, by the commands that the real one takes: what stops it,
the simulation, a machine that goes down in the middle, the run that finishes, and explorers, one of them down. It needs no
network and no key, and writes nothing here.

  npm run rehearse [-- flags]

  --show    also everything that the commands print
  --json    print one JSON document instead of text
  --help    this text

Exit code: 0 if everything is as it must be, 1 if not.`;

const FLAGS = { show: { type: "boolean", default: false }, json: { type: "boolean", default: false } } as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  await buildContracts();
  const { openRehearsal, RehearsalFailure } = await import("./rehearsal.ts");
  const { STEPS } = await import("./steps.ts");
  const { json, show } = values;
  const print = (line: string) => void (json || console.log(line));
  const rehearsal = await openRehearsal({ print, begin: (line) => void (json && console.error(line)), show });
  const { played } = rehearsal;
  let failure: string | undefined;
  try {
    for (const step of STEPS) await rehearsal.play(step);
  } catch (error) {
    if (!(error instanceof RehearsalFailure)) throw error;
    failure = error.message;
  } finally {
    await rehearsal.close();
  }
  const facts = played.flatMap((step) => step.facts).length;
  if (json) console.log(toJson({ passed: failure === undefined, steps: played }));
  if (failure !== undefined) console.error(`\n${failure}`);
  else print(`\n${played.length} steps, ${facts} facts: everything is as it must be.`);
  return failure === undefined ? 0 : 1;
});
