/** `npm run video`: measures live video on this machine, between real web pages. */
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";

const HELP = `Starts the platform in a temporary folder, publishes a camera from one web page and plays it on others, and measures.

  npm run video [-- [--viewers 10] [--seconds 10] [--json]]

  --viewers   pages that play the same session; default: 10
  --seconds   how long each figure is measured; default: 10
  --json      one JSON object on stdout instead of the table; progress goes to stderr
  --help      this text

Exit code: 0 if no packet was lost, glass to glass took less than a second and /frame was of the last second; 1 if not; 2 if it
was asked wrongly, or there is no browser for this machine.`;

const FLAGS = {
  viewers: { type: "string", default: "10" },
  seconds: { type: "string", default: "10" },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const [viewers, seconds] = (["viewers", "seconds"] as const).map((name) =>
    numberOf(`--${name}`, values[name], { least: 1, most: 999 }),
  ) as [number, number];
  const { noBrowser } = await import("@luxxon/local/browser");
  if (noBrowser !== undefined) throw new UsageError(`There is no browser: ${noBrowser}.`);
  const interrupt = catchInterrupts();
  const { measure } = await import("./measure.ts");
  const measured = await measure({ viewers, seconds, say: (line) => console.error(line), interrupt });
  if (values.json) console.log(JSON.stringify(measured));
  else {
    const { liveAfterMs, glassToGlassMs, packets, lost, frameAgeMs, frameMs, framesMissing, cpuPercent } = measured;
    const rows: [string, string][] = [
      ["start to LIVE", `${liveAfterMs} ms`],
      [`glass to glass, ${viewers} viewers`, `median ${glassToGlassMs.median} ms, p99 ${glassToGlassMs.p99} ms`],
      ["packets received, lost", `${packets}, ${lost}`],
      ["age of /frame when it has arrived", `median ${frameAgeMs.median} ms, most ${frameAgeMs.most} ms`],
      ["/frame answers in", `median ${frameMs.median} ms, most ${frameMs.most} ms`],
      ["/frame without a picture, of 20", `${framesMissing}`],
      ["server's CPU, % of a core", `${cpuPercent.idle} without video`],
      ["", `${cpuPercent.camera} with a camera`],
      ["", `${cpuPercent.oneViewer} with a viewer`],
      ["", `${cpuPercent.allViewers} with ${viewers} viewers`],
    ];
    for (const [name, value] of rows) console.log(`  ${name.padEnd(34)} ${value}`);
  }
  return measured.lost === 0 &&
    measured.framesMissing === 0 &&
    measured.glassToGlassMs.p99 < 1_000 &&
    measured.frameAgeMs.most <= 1_000
    ? 0
    : 1;
});
