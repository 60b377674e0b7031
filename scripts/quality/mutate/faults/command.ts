/** `npm run break`: breaks the contract in five ways, and shows which suite notices each. */

import { join } from "node:path";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { oneOf, readFlags, runCommand } from "../../../cli.ts";
import { type Fault, readFaults, SUITES } from "./faults.ts";
import { markdown, problemsOf } from "./table.ts";
import { runFaults } from "./tryFaults.ts";

const HELP = `Puts the faults of test/quality/mutation/faults.json into a copy of the contract, one at a time, runs each suite
by itself on it, and prints the table of docs/verification.md.

  npm run break [-- --only fault …] [--suite name …] [--list] [--json] [--fresh]

  --only     only this fault
  --suite    only this suite: ${SUITES.join(", ")}
  --list     print the faults, and run nothing
  --json     print what was found as JSON
  --fresh    forget what earlier runs found; without it, a run goes on where the last one stopped
  --help     this text

Exit code 1 if a fault no longer fits the contract, gets past every suite, or is noticed by other suites than recorded.`;

await runCommand(async () => {
  const { values } = readFlags(HELP, {
    only: { type: "string", multiple: true },
    suite: { type: "string", multiple: true },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
  });
  const every = readFaults(join(ROOT, "test/quality/mutation/faults.json"));
  const only = values.only?.map((text) => oneOf("--only", text, every, ({ name }) => name));
  const suite = values.suite?.map((text) => oneOf("--suite", text, SUITES));
  const faults = every.filter((fault) => only?.includes(fault) ?? true);
  const suites = SUITES.filter((name) => suite?.includes(name) ?? true);
  if (values.list) {
    console.log(values.json ? toJson(faults) : faults.map(line).join("\n"));
    return 0;
  }

  const rows = await runFaults(ROOT, { faults, suites, fresh: values.fresh });
  const problems = problemsOf(rows, suites);
  if (values.json) console.log(toJson({ rows, problems }));
  else console.log(`${markdown(rows, suites)}\n`);
  for (const problem of problems) console.error(problem);
  const bad = new Set(problems.map((problem) => problem.split(":")[0])).size;
  if (!values.json) console.log(`${faults.length - bad} passed, ${bad} failed`);
  return problems.length === 0 ? 0 : 1;
});

function line({ name, fault }: Fault): string {
  return `${name.padEnd(10)} ${fault}`;
}
