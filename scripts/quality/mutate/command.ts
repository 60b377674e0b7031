/** `npm run mutate`: changes the contracts in small ways, and sees whether a test notices each. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { numberOf, readFlags, runCommand } from "../../cli.ts";
import { buildContracts } from "../../contract/compile.ts";
import { readBuild } from "./compiler.ts";
import { generate, KINDS } from "./generate.ts";
import { Cache, fingerprint, type Result } from "./known.ts";
import { type Equivalents, line, reportOn, table } from "./score.ts";
import { knownResults, runMutants } from "./tryMutants.ts";

const HELP = `Changes the contracts in small ways (mutants), and runs the unit tests on each until one fails.

  npm run mutate [-- --only kind|id …] [--file name …] [--list] [--known] [--json] [--fresh] [--workers n]

  --only      only mutants of this kind, or this one
  --file      only mutants of files whose name contains this
  --list      print the mutants, and run nothing
  --known     report what earlier runs found of these contracts, and run nothing
  --json      print the report, or the list, as JSON
  --fresh     forget what earlier runs found; without it, a run goes on where the last one stopped
  --workers   processes; default 2
  --help      this text

Kinds:
${Object.entries(KINDS)
  .map(([kind, what]) => `  ${kind.padEnd(11)} ${what}`)
  .join("\n")}

Exit code 1 if a mutant survives that is not in test/quality/mutation/equivalent.json, or if that file names one that does not
exist or that does not survive.`;

const EQUIVALENT = join(ROOT, "test/quality/mutation/equivalent.json");

await runCommand(async () => {
  const { values } = readFlags(HELP, {
    only: { type: "string", multiple: true },
    file: { type: "string", multiple: true },
    list: { type: "boolean", default: false },
    known: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    workers: { type: "string", default: "2" },
  });
  const workers = numberOf("--workers", values.workers, { least: 1 });

  await buildContracts();
  const build = await readBuild();
  const every = generate(build.sources);
  const mutants = every.filter(
    ({ id, kind, file }) =>
      (values.only === undefined || values.only.includes(id) || values.only.includes(kind)) &&
      (values.file === undefined || values.file.some((part) => file.includes(part))),
  );
  if (mutants.length === 0) throw new UsageError("There is no such mutant; see --list and --help.");
  if (values.list) {
    console.log(values.json ? toJson(mutants) : mutants.map(line).join("\n"));
    return 0;
  }

  const started = performance.now();
  const cache = new Cache(join(ROOT, "cache/mutants.jsonl"), { fresh: values.fresh });
  const results = values.known
    ? knownResults(build, mutants, cache)
    : await runMutants({
        build,
        mutants,
        testFiles: filesIn("test/unit").filter((file) => file.endsWith(".test.ts")),
        tests: fingerprint(
          [...filesIn("test/unit"), ...filesIn("test/support")].map((file) => [
            relative(ROOT, file),
            readFileSync(file, "utf8"),
          ]),
        ),
        cache,
        workers: Math.min(workers, mutants.length),
        onProgress: progress(mutants.length),
      });
  const report = reportOn(every, results, JSON.parse(readFileSync(EQUIVALENT, "utf8")) as Equivalents);
  const { all, survivors, wrong, score } = report;

  if (values.json) console.log(toJson({ ...report, results }));
  else {
    console.log(table(report));
    console.log(legend(results, started));
  }
  for (const mutant of survivors) console.error(`Survived: ${line(mutant)}`);
  for (const [id, why] of Object.entries(wrong)) console.error(`Not equivalent: ${id}, ${why}.`);
  const open = mutants.length - results.length;
  if (open > 0) console.error(`Not tried yet: ${open} of ${mutants.length}.`);
  const failed = survivors.length + Object.keys(wrong).length + open;
  if (!values.json) {
    if (score !== undefined) console.log(`Score ${(100 * score).toFixed(1)} % of the mutants that a test can notice.`);
    console.log(`${all.killed + all.timeout + all.equivalent} passed, ${failed} failed`);
  }
  return failed === 0 ? 0 : 1;
});

/** Files below a folder of the project, in order. */
function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

/** One line on stderr that is written over and over; in a log, one every now and then. */
function progress(total: number): (done: number, results: readonly Result[]) => void {
  const { isTTY } = process.stderr;
  let tried = 0;
  let since: number | undefined;
  let shown = 0;
  return (done, results) => {
    const now = performance.now();
    // What was known already came at once and says nothing about the rest.
    since ??= now;
    if (now - since < 1_000) tried = done;
    if (!isTTY && now - shown < 15_000 && done < total) return;
    shown = now;
    const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
    const perMutant = (now - since) / Math.max(1, done - tried);
    const left = done > tried ? `, ${Math.ceil(((total - done) * perMutant) / 60_000)} min left` : "";
    const killed = count("killed") + count("timeout");
    const text = `${done} of ${total} mutants: ${killed} killed, ${count("survived")} survived${left}`;
    process.stderr.write(isTTY ? `\r${text.padEnd(79)}${done === total ? "\n" : ""}` : `${text}\n`);
  };
}

function legend(results: readonly Result[], started: number): string {
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const work = (results.reduce((sum, { seconds }) => sum + seconds, 0) / 60).toFixed(1);
  return [
    "timeout: killed, since a test or the run did not end; equivalent: see test/quality/mutation/equivalent.json;",
    "same: the compiler makes the original's code of it; rejected: it does not compile.",
    `${minutes} minutes now; ${work} minutes of work in all, with what is known from earlier runs.`,
  ].join("\n");
}
