/** Audits one contract, writes its report, and says what that took; `bench.ts` runs it as a process of its own. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { getAddress } from "viem";
import { readMade } from "../made.ts";
import { readBuilds } from "../open.ts";
import { writeReport } from "../report/reportFiles.ts";
import { runAudit } from "../runAudit.ts";

export interface Measured {
  seconds: number;
  /** Of all cores, of this process alone, for the audit without the report. */
  cpuSeconds: number;
  /** What it took to write the report. */
  reportSeconds: number;
  /** The largest resident set of the process. */
  megabytes: number;
  /** Of report.html. */
  pageKilobytes: number;
  settlements: number;
  violations: number;
}

const [, , url = "", address = "", cacheFolder = ""] = process.argv;
const secondsSince = (start: number) => (performance.now() - start) / 1_000;
const started = performance.now();
const audit = await runAudit({
  endpoints: [openEndpoint("--rpc", url)],
  wanted: {
    address: getAddress(address),
    fromBlock: 0n,
    toBlock: undefined,
    chainId: undefined,
    record: undefined,
    builds: await readBuilds(),
  },
  announcedFeeBps: 1_500,
  cacheFolder,
});
const seconds = secondsSince(started);
const { user, system } = process.cpuUsage();

const made = await readMade({ bench: true }, []);
const out = await mkdtemp(join(tmpdir(), "luxxon-bench-report-"));
const begun = performance.now();
await writeReport(audit, out, made);
const reportSeconds = secondsSince(begun);
const { size } = await stat(join(out, "report.html"));
await rm(out, { recursive: true });

const measured: Measured = {
  seconds,
  cpuSeconds: (user + system) / 1_000_000,
  reportSeconds,
  megabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  pageKilobytes: Math.round(size / 1_024),
  settlements: audit.settlements.length,
  violations: audit.violations.length,
};
console.log(JSON.stringify(measured));
process.exit();
