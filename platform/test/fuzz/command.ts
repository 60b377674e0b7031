/** `npm run fuzz:api`: asks every operation whatever its schema describes and does not, and holds each answer against the document. */
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts, unless } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import type { Fault } from "./fuzz.ts";

const HELP = `Starts the platform in a temporary folder and sends it requests drawn from its own OpenAPI document: as described and
broken, from every kind of caller. Each answer must be one that the document has, in its shape, with the envelope and a
request id, and no fault of the platform's own.

  npm run fuzz:api [-- [--calls 2000] [--seed N] [--json]]

  --calls  how many requests; default: 2000
  --seed   draws them, 500 at a time: the next 500 are of the next seed; default: from the clock
  --json   one JSON object on stdout at the end; progress goes to stderr
  --help   this text

Exit code: 0 if every answer was as the document says, 1 if not, 2 if it was asked wrongly.`;

const FLAGS = {
  calls: { type: "string", default: "2000" },
  seed: { type: "string", default: String(Date.now() % 1_000_000) },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const calls = numberOf("--calls", values.calls, { least: 1, most: 999_999_999 });
  const seed = numberOf("--seed", values.seed, { most: 999_999_999 });
  const interrupt = catchInterrupts();
  console.error(`Seed ${seed}. The platform starts …`);
  const { openStage } = await import("../chaos/stage.ts");
  const { fuzz, SETTINGS } = await import("./fuzz.ts");
  const stage = await openStage(SETTINGS, interrupt);
  try {
    const { url, rpcUrl, usdc, settlement } = stage.answer;
    const platform = { api: `${url}/api/v1`, env: { RPC_URL: rpcUrl }, parts: { contracts: { usdc, settlement } } };
    const onCall = (done: number, faults: number) => {
      if (done % 500 === 0) console.error(`${done} of ${calls} requests, ${faults} answered wrongly`);
    };
    const { answered, faults } = await unless(interrupt, fuzz(platform, { seed, calls, onCall }));
    if (values.json) console.log(JSON.stringify({ seed, calls, answered: Object.fromEntries(answered), faults }));
    else print(calls, answered, faults);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await stage.close(false);
  }
});

/** Each kind of fault once, and how often. */
function print(calls: number, answered: ReadonlyMap<string, number>, faults: readonly Fault[]): void {
  for (const what of new Set(faults.map((fault) => fault.what))) {
    const [first, ...more] = faults.filter((fault) => fault.what === what);
    if (first !== undefined)
      console.log(`${what}  (${more.length + 1} times, seed ${first.seed})\n  ${first.curl}\n  ${first.answer}\n`);
  }
  console.log(
    `${calls} requests, ${answered.size} pairs of operation and status, ${faults.length} answered otherwise than the document says.`,
  );
}
