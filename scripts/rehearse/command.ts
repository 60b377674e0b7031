/** `npm run rehearse`: a deployment from the first check to the last explorer, offline. */

import { toJson } from "@luxxon/chain/json";
import { readFlags, runCommand } from "../cli.ts";
import { buildContracts } from "../contract/compile.ts";
import { type Audience, RehearsalFailure } from "./context.ts";
import { rehearse } from "./rehearsal.ts";

const HELP = `Plays a whole deployment on a local twin of Base Sepolia, by the commands that the real one takes: what stops it,
the simulation, a machine that goes down in the middle, the run that finishes, and explorers, one of them down. It needs no
network and no key, and writes nothing here.

  npm run rehearse [-- flags]

  --show    also everything that the commands print
  --json    print one JSON document instead of text
  --help    this text

Exit code: 0 if everything is as it must be, 1 if not.`;

const FLAGS = { show: { type: "boolean", default: false }, json: { type: "boolean", default: false } } as const;

interface Told {
  title: string;
  commands: string[];
  facts: { fact: string; holds: boolean }[];
}

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  await buildContracts();
  const told: Told[] = [];
  const print = (line: string) => void (values.json || console.log(line));
  const audience: Audience = {
    step(title) {
      told.push({ title, commands: [], facts: [] });
      if (values.json) console.error(`${told.length}. ${title}`);
      print(`${told.length === 1 ? "" : "\n"}${told.length}. ${title}`);
    },
    command(line) {
      told.at(-1)?.commands.push(line);
      print(`   $ ${line}`);
    },
    output({ stdout, stderr }) {
      if (values.show) for (const line of `${stdout}${stderr}`.trimEnd().split("\n")) print(`   | ${line}`);
    },
    fact(fact, holds) {
      told.at(-1)?.facts.push({ fact, holds });
      print(`   ${holds ? "✓" : "✗"} ${fact}`);
    },
  };
  let failure: string | undefined;
  try {
    await rehearse(audience);
  } catch (error) {
    if (!(error instanceof RehearsalFailure)) throw error;
    failure = error.message;
  }
  const facts = told.flatMap((step) => step.facts).length;
  if (values.json) console.log(toJson({ passed: failure === undefined, steps: told }));
  if (failure !== undefined) console.error(`\n${failure}`);
  else print(`\n${told.length} steps, ${facts} facts: everything is as it must be.`);
  return failure === undefined ? 0 : 1;
});
