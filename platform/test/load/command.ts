/** `npm run load`: measures what the platform does a second, as ratios on one machine. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { numberOf, oneOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import type { Measured } from "./measure.ts";
import { type Machine, machine, performancePage, tableText } from "./page.ts";
import { PARTS, type Part } from "./parts.ts";

const HELP = `Measures what the platform does a second: starts Postgres, SpiceDB, a local chain and the platform as a process of its
own, uses it as clients do, and shows the figures beside what they must be.

  npm run load [-- [--only ${PARTS.join("|")}] [--minutes 0.5] [--burst 1000] [--due 6000] [--deep] [--write] [--json]]

  --only     one part of it:
               api      whole sessions through the API, 50 a second; with them statements and memory
               steady   a million sessions a day, from end to CONFIRMED
               read     GET /sessions/{id} beside a bare handler
               burst    sessions that end at once
               relayer  the relayer beside a bare script that sends batches signed before
  --minutes  how long sessions come evenly, in \`api\` and in \`steady\` each; default: 0.5
  --burst    how many end at once; default: 1000
  --due      how many the relayer finds due; default: 6000
  --deep     5 minutes, 10,000 at once, 10,000 due: about a quarter of an hour
  --write    writes docs/platform/performance.md
  --json     one JSON object on stdout; progress goes to stderr
  --help     this text

Exit code: 0 if every figure is what it must be, 1 if not, 2 if it was asked wrongly.`;

const [DEEP, SHORT] = [
  { minutes: 5, burst: 10_000, due: 10_000 },
  { minutes: 0.5, burst: 1_000, due: 6_000 },
];

const FLAGS = {
  only: { type: "string" },
  minutes: { type: "string" },
  burst: { type: "string" },
  due: { type: "string" },
  deep: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values: flags } = readFlags(HELP, FLAGS);
  const usual = flags.deep ? DEEP : SHORT;
  const only = flags.only === undefined ? PARTS : [oneOf("--only", flags.only, PARTS)];
  if (flags.write && flags.only !== undefined) throw new UsageError("--write takes all parts: leave --only out.");
  const size = {
    minutes: numberOf("--minutes", flags.minutes, { least: 0.05, most: 60, decimals: 9 }) ?? usual.minutes,
    burst: numberOf("--burst", flags.burst, { least: 1, most: 100_000 }) ?? usual.burst,
    due: numberOf("--due", flags.due, { least: 1, most: 100_000 }) ?? usual.due,
  };
  const before = machine();
  const interrupt = catchInterrupts();
  const { measure } = await import("./measure.ts");
  const say = (text: string) => console.error(text);
  const measured = await measure({ only, ...size, say, onProgress: progress(), interrupt });
  if (flags.json) console.log(JSON.stringify({ machine: before, ...measured }));
  else console.log(`\n${tableText(measured.figures)}\n\n${Math.round(measured.seconds)} s.`);
  if (flags.write) await writePage(measured, before);
  return measured.figures.every(({ must, isGood }) => must === undefined || isGood !== false) ? 0 : 1;
});

async function writePage(measured: Measured, before: Machine): Promise<void> {
  const flags = process.argv.slice(2).filter((flag) => flag !== "--json");
  const page = performancePage(measured, before, `npm run load -- ${flags.join(" ")}`);
  await writeFile(join(ROOT, "docs", "platform", "performance.md"), page);
}

/** A line now and then. */
function progress(): (part: Part, done: number) => void {
  let shown = Date.now();
  return (part, done) => {
    if (Date.now() - shown < 10_000) return;
    shown = Date.now();
    console.error(`  ${part}: ${Math.floor(done * 100)} %`);
  };
}
