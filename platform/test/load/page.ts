/** Writes what was measured: as a table on the terminal, and as docs/platform/performance.md. */
import { cpus, loadavg, totalmem } from "node:os";
import process from "node:process";
import type { Figure, Measured } from "./measure.ts";
import { scaleTable } from "./scale.ts";

export interface Machine {
  cores: number;
  /** GiB. */
  memory: number;
  node: string;
  system: string;
  /** How many programs wanted a core in the last minute. */
  load: number;
}

export function machine(): Machine {
  return {
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    load: loadavg()[0] ?? 0,
  };
}

export function tableText(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ value }) => value.length));
  return figures
    .map(({ what, value, must, goal, isGood }) => {
      const verdict = isGood === undefined ? "    " : isGood ? "ok  " : "MISS";
      const wanted = [must === undefined ? [] : [`must ${must}`], goal === undefined ? [] : [`goal ${goal}`]].flat();
      return `  ${verdict}  ${value.padEnd(width)}  ${what}${wanted.length === 0 ? "" : `: ${wanted.join(", ")}`}`;
    })
    .join("\n");
}

export function performancePage(
  measured: Measured,
  { cores, memory, node, system, load }: Machine,
  command: string,
): string {
  const { figures, statements, seconds, usage } = measured;
  const rows = figures.map(({ what, value, must = "", goal = "", isGood }) => {
    const figure = isGood === false ? `**${value}**` : value;
    return `| ${what} | ${figure} | ${must} | ${goal} |`;
  });
  return `# What the platform does a second

Written by \`${command}\`, which took ${Math.round(seconds)} s. Everything ran on one machine of ${cores} cores and ${memory} GiB (${system}, Node ${node}):
Postgres, SpiceDB, the chain, the platform as one process under \`NODE_ENV=production\`, and the load itself. So what counts
are the ratios, in which the same machine is on both sides. A figure in bold is not what it must be.

${
  load < cores / 2
    ? "Nothing else ran on it."
    : `**Other programs ran on it: just before, ${load.toFixed(1)} wanted one of its ${cores} cores. Times and ratios are worse than they are without them.**`
}

| what | measured | must | goal |
| --- | --- | --- | --- |
${rows.join("\n")}

How each is measured:

- **Whole sessions** begin at fixed moments, whether those before are done or not; \`create\` is timed from the moment at
  which it was due. Ten consumers and ten operators, each with a key of its own; each session is live for a second, costs
  something, and is settled in the same run (\`platform/test/load/sessions.ts\`).
- **From end to CONFIRMED** is the time from the session's end to the watcher's turn that confirms it. The local chain has a
  block every 2 s and one for each transaction.
- **The bare handler** is Node's own HTTP server with the platform's own statement and pool, and nothing else: no key, no
  check, no limit, no log (\`platform/test/load/bareServer.ts\`). Both are asked in turns, by autocannon.
- **Sessions that end at once** are written into the tables as live and run out of time at one moment; the platform's clock
  ends them. **The relayer's** are written as due before it starts; the bare script sends batches of the same people and
  amounts, signed before, with as many in flight, on blocks of 40M gas every 200 ms (\`platform/test/load/relayer.ts\`).
- **Statements** are counted by Postgres (\`pg_stat_statements\`): begin and commit are two, those within triggers none.

## At a million sessions a day, ten, a hundred

Computed from the figures above and below, for sessions that come evenly; a peak takes its multiple. Base has 200M gas a
second and a smallest base fee of 0.005 gwei; ETH is taken at 3,000 USD. What changes at these sizes says
[production.md](production.md).

${scaleTable(measured) ?? ""}

| table | rows a session | bytes a session, with indexes |
| --- | --- | --- |
${(usage?.tables ?? []).map(({ name, rows, bytes }) => `| \`${name}\` | ${rows.toFixed(2)} | ${bytes.toFixed(0)} |`).join("\n")}

${usage === undefined ? "" : `Written ahead: ${usage.walBytes.toFixed(0)} bytes a session.`}

## Which statements a session takes

| a session | statement |
| --- | --- |
${statements
  .slice(0, 25)
  .map(
    ({ text, times }) =>
      `| ${times.toFixed(2)} | \`${text.slice(0, 110).replaceAll("|", "\\|")}${text.length > 110 ? " …" : ""}\` |`,
  )
  .join("\n")}
`;
}
