/** Percentiles, and the memory of a process while something runs. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The smallest value that `share` of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Memory {
  /** MB (10^6 bytes) that the process had in memory, once a second. */
  readonly samples: readonly number[];
  stop(): void;
}

export function watchMemory(pid: number): Memory {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(residentOf(pid)), 1_000);
  return { samples, stop: () => clearInterval(timer) };
}

function residentOf(pid: number): number {
  try {
    const [, kib = ""] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return (Number(kib) * 1_024) / 1e6;
  } catch {
    return (Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1_024) / 1e6;
  }
}
