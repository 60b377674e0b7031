/** Audits what an endpoint shows, and keeps it in a folder; a process of its own, so that a test can end it. */
import process from "node:process";
import { runCommand } from "@luxxon/chain/command/run";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { getAddress } from "viem";
import { runAudit } from "../../../scripts/audit/runAudit.ts";

const [, , url = "", address = "", fromBlock = "", toBlock = "", cacheFolder] = process.argv;

// Who only loads it audits nothing.
if (import.meta.main) await runCommand(main);

async function main(): Promise<number> {
  const { violations } = await runAudit({
    endpoints: [openEndpoint("--rpc", url, { identity: "http://endpoint" })],
    wanted: {
      address: getAddress(address),
      fromBlock: BigInt(fromBlock),
      toBlock: BigInt(toBlock),
      chainId: undefined,
      record: undefined,
      builds: [],
    },
    announcedFeeBps: 1_500,
    cacheFolder,
  });
  console.log(`${violations.length} violations`);
  return 0;
}
