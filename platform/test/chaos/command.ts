/** `npm run chaos`: kills the platform and its parts at random under load, and holds the tables against the chain. */
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";

const HELP = `Starts the platform in a temporary folder, puts a load of sessions on it, kills (kill -9) the platform, Postgres, SpiceDB
and the chain at random moments and starts them again; and at the end, when all is at rest, holds every table against the
chain, row by row.

  npm run chaos [-- [--kills 20] [--seed N] [--wallets 4] [--no-audit] [--keep] [--json]]

  --kills     how many processes are killed; default: 20
  --seed      draws what is killed and when; default: from the clock. The load's own timing is the machine's
  --wallets   how many use the platform, each three sessions at a time; default: 4
  --no-audit  without npm run audit at the end
  --keep      keeps the state folder if something differs
  --json      one JSON object on stdout instead of the table; progress goes to stderr
  --help      this text

Exit code: 0 if nothing differs, 1 if something does, 2 if it was asked wrongly.`;

const FLAGS = {
  kills: { type: "string", default: "20" },
  seed: { type: "string", default: String(Date.now() % 1_000_000) },
  wallets: { type: "string", default: "4" },
  "no-audit": { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const options = {
    kills: numberOf("--kills", values.kills, { most: 999_999 }),
    seed: numberOf("--seed", values.seed, { most: 999_999_999 }),
    wallets: numberOf("--wallets", values.wallets, { least: 1, most: 100 }),
    audit: !values["no-audit"],
    keep: values.keep,
    say: (line: string) => (values.json ? console.error(line) : console.log(line)),
  };
  const interrupt = catchInterrupts();
  const { runChaos } = await import("./run.ts");
  const result = await runChaos({ ...options, interrupt });
  if (values.json) console.log(JSON.stringify(result));
  else {
    const { kills, sessions, deposits, seconds, checks, state } = result;
    console.log(
      `\n${Object.entries(kills)
        .map(([name, times]) => `${name} ${times}`)
        .join(
          ", ",
        )} kills in ${seconds.toFixed(0)} s; ${sessions.created} sessions, ${sessions.ended} ended by clients, ${deposits} deposits and withdrawals\n`,
    );
    for (const { what, of, differences } of checks) {
      console.log(`  ${differences.length === 0 ? "ok  " : "DIFF"}  ${String(of).padStart(6)}  ${what}`);
      for (const difference of differences.slice(0, 10)) console.log(`                ${difference}`);
      if (differences.length > 10) console.log(`                and ${differences.length - 10} more`);
    }
    if (state !== undefined) console.log(`\nThe state is in ${state}.`);
  }
  return result.isGood ? 0 : 1;
});
