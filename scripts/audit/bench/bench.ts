/** Measures how long an audit takes, and how much memory, for histories of any size: `npm run audit -- --bench`. */

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../child.ts";
import { readCompiled } from "../../contract/compiled.ts";
import { openProgress } from "../../progress.ts";
import { count } from "../../words.ts";
import { BATCH, MadeChain } from "./chain.ts";
import type { Measured } from "./measure.ts";
import { serve } from "./serve.ts";

export const BENCH_SIZES = [1_000, 10_000, 100_000];

const MEASURE = fileURLToPath(new URL("measure.ts", import.meta.url));

/** What the last history grows by before it is audited once more, as a part of it. */
const ON_TOP = 10;

const COLUMNS = ["sessions", "seconds", "CPU", "chain", "MB at most", "store MB", "report", "page kB", "found"];

/**
 * Audits each history anew, and the last once more when it has grown by a tenth.
 *
 * @returns The exit code: 1 if an audit of these true histories found anything.
 */
export async function bench(sizes: readonly number[] = BENCH_SIZES): Promise<number> {
  const chain = new MadeChain(await codeFor());
  const { url, close } = await serve(chain.send);
  let found = 0;
  const audit = async (name: string, sessions: number, folder: string) => {
    const progress = openProgress("Making the chain");
    await chain.growTo(sessions, (settled) => progress.show(settled / sessions, `${settled} of ${sessions} sessions`));
    progress.end();
    const before = process.cpuUsage();
    const measured = await measure(url, chain.address, folder);
    if (measured.settlements !== sessions) throw new Error(`the audit saw ${measured.settlements} sessions`);
    found += measured.violations;
    // The chain lives in this process, and answers while the audit waits.
    const { user, system } = process.cpuUsage(before);
    console.log(lineOf(name, measured, (user + system) / 1_000_000, await megabytesIn(folder)));
  };
  console.log(row(COLUMNS));
  let folder: string | undefined;
  for (const size of sizes) {
    if (folder !== undefined) await rm(folder, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), "luxxon-bench-"));
    await audit(count(size), size, folder);
  }
  const last = sizes.at(-1) ?? 0;
  const more = Math.ceil(last / ON_TOP / BATCH) * BATCH;
  if (folder !== undefined) {
    await audit(`+ ${count(more)}`, last + more, folder);
    await rm(folder, { recursive: true });
  }
  close();
  return found === 0 ? 0 : 1;
}

/** The contract's code as this commit builds it, with a token of its own. */
export async function codeFor(): Promise<(usdc: string) => `0x${string}`> {
  const { runtimeCode, immutableReferences } = (await readCompiled()).code;
  return (usdc) => {
    let code: string = runtimeCode;
    for (const { start, length } of Object.values(immutableReferences).flat()) {
      const word = usdc
        .slice(2)
        .toLowerCase()
        .padStart(2 * length, "0");
      code = code.slice(0, 2 + 2 * start) + word + code.slice(2 + 2 * (start + length));
    }
    return code as `0x${string}`;
  };
}

/** In a process of its own, so that neither time nor memory of the chain is counted. */
async function measure(url: string, address: string, folder: string): Promise<Measured> {
  const { status, stdout, stderr } = await runChild([process.execPath, MEASURE, url, address, folder], {
    cwd: ROOT,
    saying: "Auditing",
  });
  if (status !== 0) throw new Error(`the audit failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Measured;
}

async function megabytesIn(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}

function lineOf(name: string, measured: Measured, chainSeconds: number, storeMegabytes: number): string {
  const { seconds, cpuSeconds, reportSeconds, megabytes, pageKilobytes, violations } = measured;
  const times = [seconds, cpuSeconds, chainSeconds].map((time) => time.toFixed(1));
  const sizes = [megabytes, Math.ceil(storeMegabytes)].map(String);
  return row([name, ...times, ...sizes, reportSeconds.toFixed(1), String(pageKilobytes), String(violations)]);
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padStart(Math.max((COLUMNS[i] as string).length, 10))).join("  ");
}
