/** Measures how long an audit takes, and how much memory, for histories that grow tenfold: `npm run audit -- --bench`. */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../child.ts";
import { count } from "../../words.ts";
import { openBenchChain } from "./chain.ts";
import type { Measured } from "./measure.ts";

export const BENCH_SIZES = [1_000, 10_000, 100_000];

const MEASURE = fileURLToPath(new URL("measure.ts", import.meta.url));

/** @returns The exit code: 1 if an audit of these true histories found anything. */
export async function bench(sizes: readonly number[] = BENCH_SIZES): Promise<number> {
  const chain = await openBenchChain();
  console.log("sessions  seconds  CPU seconds  (chain)  MB at most  discrepancies");
  let found = 0;
  for (const sessions of sizes) {
    await chain.growTo(sessions);
    const before = process.cpuUsage();
    const { seconds, cpuSeconds, megabytes, settlements, violations } = await measure(chain.url, chain.address);
    if (settlements !== sessions) throw new Error(`the audit saw ${settlements} sessions, not ${sessions}`);
    found += violations;
    // The chain lives in this process, and answers while the audit waits.
    const { user, system } = process.cpuUsage(before);
    const columns = [
      count(sessions).padStart(8),
      seconds.toFixed(1).padStart(7),
      cpuSeconds.toFixed(1).padStart(11),
      ((user + system) / 1_000_000).toFixed(1).padStart(7),
      String(megabytes).padStart(10),
      String(violations).padStart(13),
    ];
    console.log(columns.join("  "));
  }
  chain.close();
  return found === 0 ? 0 : 1;
}

/** In a process of its own, so that neither time nor memory of the chain is counted. */
async function measure(url: string, address: string): Promise<Measured> {
  const { status, stdout, stderr } = await runChild([process.execPath, MEASURE, url, address], {
    cwd: ROOT,
    saying: "Auditing",
  });
  if (status !== 0) throw new Error(`the audit failed: ${stderr.trim()}`);
  return JSON.parse(stdout) as Measured;
}
