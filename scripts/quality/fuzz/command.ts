/** `npm run fuzz`: plays the deep runs of the Solidity invariants and of the second implementation. */
import { numberOf, oneOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { buildContracts } from "../../contract/compile.ts";
import { fuzzInvariants } from "./invariants.ts";

const HELP = `Tries arbitrary sequences of calls, far more than \`npm test\` does.

  npm run fuzz [-- flags]

  --only invariants   only I1 to I11, in Solidity (test/invariant)
  --only model        only the contract against its second implementation, in TypeScript
  --runs 10000        sequences for the invariants
  --depth 200         calls a sequence
  --sequences 2000    sequences for the model
  --commands 100      commands a sequence
  --seed 1            where to start; the same seed tries the same calls
  --json              print the invariants' report as JSON
  --help              this text

Exit code 1 if anything broke, or if a situation was never reached.`;

const FLAGS = {
  only: { type: "string" },
  runs: { type: "string", default: "10000" },
  depth: { type: "string", default: "200" },
  sequences: { type: "string", default: "2000" },
  commands: { type: "string", default: "100" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
} as const;

const COUNTS = { least: 1, most: 999_999_999 };

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const { json } = values;
  const only = values.only === undefined ? undefined : oneOf("--only", values.only, ["invariants", "model"]);
  const runs = numberOf("--runs", values.runs, COUNTS);
  const depth = numberOf("--depth", values.depth, COUNTS);
  const sequences = numberOf("--sequences", values.sequences, COUNTS);
  const commands = numberOf("--commands", values.commands, COUNTS);
  const seed = numberOf("--seed", values.seed, COUNTS);

  await buildContracts();
  let code = 0;
  if (only !== "model") code = await fuzzInvariants({ runs, depth, seed, json });
  if (only !== "invariants") {
    const { fuzzModel } = await import("./model.ts");
    code = Math.max(code, await fuzzModel({ sequences, commands, seed }));
  }
  return code;
});
