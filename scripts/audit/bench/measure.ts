/** Audits one contract and says what that took; `bench.ts` runs it as a process of its own. */
import process from "node:process";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { getAddress } from "viem";
import { readBuilds } from "../open.ts";
import { runAudit } from "../runAudit.ts";

export interface Measured {
  seconds: number;
  /** Of both cores, of this process alone. */
  cpuSeconds: number;
  /** The largest resident set of the process. */
  megabytes: number;
  settlements: number;
  violations: number;
}

const [, , url = "", address = ""] = process.argv;
const started = performance.now();
const { settlements, violations } = await runAudit({
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
  cacheFolder: undefined,
});
const { user, system } = process.cpuUsage();
const measured: Measured = {
  seconds: (performance.now() - started) / 1_000,
  cpuSeconds: (user + system) / 1_000_000,
  megabytes: Math.round(process.resourceUsage().maxRSS / 1_024),
  settlements: settlements.length,
  violations: violations.length,
};
console.log(JSON.stringify(measured));
process.exit();
