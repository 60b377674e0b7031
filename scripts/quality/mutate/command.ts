/** `npm run mutate`: changes the contracts in small ways, or by hand, and sees which tests notice. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { numberOf, oneOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { buildContracts } from "../../contract/compile.ts";
import { openProgress } from "../../progress.ts";
import { testFilesOf } from "../../testFiles.ts";
import { fingerprintOfFiles } from "../fingerprint.ts";
import { readFaults, SUITES } from "./faults/faults.ts";
import { markdown, problemsOf } from "./faults/table.ts";
import { generate, KINDS } from "./generate.ts";
import { KnownResults } from "./known.ts";
import { type Equivalents, legend, line, reportOn, table, tally } from "./score.ts";
import { resultsSoFar, tryMutants } from "./tryMutants.ts";

const HELP = `Changes the contracts in small ways (mutants), and runs the unit tests on each until one fails.

  npm run mutate [-- --only kind|id …] [--file name …] [--list] [--known] [--json] [--fresh] [--workers n]

  --only      only mutants of this kind, or this one
  --file      only mutants of files whose name contains this
  --list      print the mutants, and run nothing
  --known     report what earlier runs found of these contracts, and run nothing
  --json      print the report, or the list, as JSON
  --fresh     forget what earlier runs found; without it, a run goes on where the last one stopped
  --workers   processes; default 2
  --faults    put in faults by hand instead: see below
  --help      this text

Kinds:
${Object.entries(KINDS)
  .map(([kind, what]) => `  ${kind.padEnd(11)} ${what}`)
  .join("\n")}

Exit code 1 if a mutant survives that is not in test/quality/mutation/equivalent.json, or if that file names one that does not
exist or that does not survive.

With --faults it puts the faults of test/quality/mutation/faults.json into a copy of the contract instead, one at a time, runs
each suite by itself on it, and prints the table of docs/verification.md.

  npm run mutate -- --faults [--only fault …] [--suite name …] [--list] [--json] [--fresh]

  --only      only this fault
  --suite     only this suite: ${SUITES.join(", ")}

Exit code 1 if a fault no longer fits the contract, gets past every suite, or is noticed by other suites than recorded.`;

const FLAGS = {
  faults: { type: "boolean" },
  only: { type: "string", multiple: true },
  file: { type: "string", multiple: true },
  suite: { type: "string", multiple: true },
  list: { type: "boolean", default: false },
  known: { type: "boolean" },
  json: { type: "boolean", default: false },
  fresh: { type: "boolean", default: false },
  workers: { type: "string" },
} as const;

type Values = ReturnType<typeof readFlags<typeof FLAGS>>["values"];

const LISTS = join(ROOT, "test/quality/mutation");

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const foreign = (values.faults ? (["file", "known", "workers"] as const) : (["suite"] as const)).find(
    (flag) => values[flag] !== undefined,
  );
  if (foreign !== undefined) {
    throw new UsageError(`--${foreign} goes ${values.faults ? "without" : "with"} --faults; see --help.`);
  }
  return values.faults ? faults(values) : mutants(values);
});

async function mutants({ only, file: parts, list, known, json, fresh, workers = "2" }: Values): Promise<number> {
  const processes = numberOf("--workers", workers, { least: 1 });

  await buildContracts();
  const { readBuild } = await import("./compiler.ts");
  const build = await readBuild();
  const every = generate(build.sources);
  const chosen = every.filter(
    ({ id, kind, file }) =>
      (only === undefined || only.includes(id) || only.includes(kind)) &&
      (parts === undefined || parts.some((part) => file.includes(part))),
  );
  if (chosen.length === 0) throw new UsageError("There is no such mutant; see --list and --help.");
  if (list) {
    console.log(json ? toJson(chosen) : chosen.map(line).join("\n"));
    return 0;
  }

  const started = performance.now();
  const earlier = new KnownResults(join(ROOT, "cache/mutants.jsonl"), { fresh });
  const progress = openProgress("Trying mutants");
  const results = known
    ? resultsSoFar(build, chosen, earlier)
    : await tryMutants({
        build,
        mutants: chosen,
        testFiles: testFilesOf([join(ROOT, "test/unit")]).inTypeScript,
        tests: fingerprintOfFiles("test/unit/**/*.ts", "test/support/**/*.ts"),
        known: earlier,
        workers: Math.min(processes, chosen.length),
        onResult: (results) => progress.show(results.length / chosen.length, tally(results, chosen.length)),
      }).finally(() => progress.end());
  const report = reportOn(
    every,
    results,
    JSON.parse(readFileSync(join(LISTS, "equivalent.json"), "utf8")) as Equivalents,
  );
  const { all, survivors, wrong, score } = report;

  console.log(json ? toJson({ ...report, results }) : `${table(report)}\n${legend(results, started)}`);
  for (const mutant of survivors) console.error(`Survived: ${line(mutant)}`);
  for (const [id, why] of Object.entries(wrong)) console.error(`Not equivalent: ${id}, ${why}.`);
  const open = chosen.length - results.length;
  if (open > 0) console.error(`Not tried yet: ${open} of ${chosen.length}.`);
  const failed = survivors.length + Object.keys(wrong).length + open;
  if (!json) {
    if (score !== undefined) console.log(`Score ${(100 * score).toFixed(1)} % of the mutants that a test can notice.`);
    console.log(`${all.killed + all.timeout + all.equivalent} passed, ${failed} failed`);
  }
  return failed === 0 ? 0 : 1;
}

async function faults({ only, suite, list, json, fresh }: Values): Promise<number> {
  const every = readFaults(join(LISTS, "faults.json"));
  const wanted = only?.map((text) => oneOf("--only", text, every, ({ name }) => name)) ?? every;
  const asked = suite?.map((text) => oneOf("--suite", text, SUITES)) ?? SUITES;
  const chosen = every.filter((fault) => wanted.includes(fault));
  const suites = SUITES.filter((name) => asked.includes(name));
  if (list) {
    const lines = chosen.map(({ name, fault }) => `${name.padEnd(10)} ${fault}`);
    console.log(json ? toJson(chosen) : lines.join("\n"));
    return 0;
  }

  const { tryFaults } = await import("./faults/tryFaults.ts");
  const rows = await tryFaults(chosen, suites, fresh);
  const problems = problemsOf(rows, suites);
  console.log(json ? toJson({ rows, problems }) : `${markdown(rows, suites)}\n`);
  for (const problem of problems) console.error(problem);
  const bad = new Set(problems.map((problem) => problem.split(":")[0])).size;
  if (!json) console.log(`${chosen.length - bad} passed, ${bad} failed`);
  return problems.length === 0 ? 0 : 1;
}
