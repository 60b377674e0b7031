/** `npm run audit`: does every settlement ever made add up, and does the contract hold what it owes? */
import { fileURLToPath } from "node:url";
import { runAudit } from "./audit/audit.ts";
import { openSource } from "./audit/open.ts";
import { giveOut } from "./audit/output.ts";
import { FLAGS, feeBpsOf, periodOf, sourceOf, subjectOf, toBlockOf } from "./audit/request.ts";
import { readFlags, runCommand, UsageError } from "./cli.ts";

const HELP = `Audits a LuxxonSettlement contract from the chain alone: reads its whole history, replays it, and holds it against
numbered rules.

  npm run audit [-- flags]
  npm run audit -- session <UUID or 32 bytes> [flags]        one session
  npm run audit -- consumer|operator <address> [flags]       what one account paid or earned

  --network base-sepolia  the contract that deployments/ records on Base Sepolia, or base; the endpoint comes from
                          BASE_SEPOLIA_RPC_URL or BASE_RPC_URL. With --address: an earlier one
  --rpc URL               any other: its endpoint, with
  --address 0x…           the contract, and
  --from-block N          the block of its deployment
  --to-block M            the last block to read; default: the last that the chain calls safe
  --fee-bps 1500          the fee that the platform announces, in hundredths of a percent, rounded down
  --from-date 2026-11-01  of consumer and operator: days in UTC, both included
  --to-date 2026-11-30
  --out folder            write the audit into this folder
  --json                  print the audit as JSON; amounts in µUSDC
                          (npm run --silent audit -- --json, so that npm prints nothing of its own)
  --no-cache              read everything anew; else what was read is kept under cache/audit/
  --demo                  audit a local chain on which a busy month is played first
  --bench                 audit local chains of 1,000, 10,000 and 100,000 sessions, and prints time and memory
  --help                  this text

Exit code: 0 if everything adds up, 1 if not, 2 if there is nothing to audit or the endpoint cannot be used for it.`;

const CACHE = fileURLToPath(new URL("../cache/audit", import.meta.url));

await runCommand(async () => {
  const { values, positionals } = readFlags(HELP, FLAGS, true);
  if (values.bench) {
    const { bench } = await import("./audit/bench.ts");
    return await bench();
  }
  const subject = subjectOf(positionals);
  const period = periodOf(values, subject);
  const announcedFeeBps = feeBpsOf(values);
  const options = { period, json: values.json, out: values.out };
  if (values.demo) {
    if (values.network !== undefined || values.rpc !== undefined || values.address !== undefined)
      throw new UsageError("--demo makes its own chain: it goes without --network, --rpc and --address.");
    const { auditDemo } = await import("./audit/demo/audit.ts");
    const audit = await auditDemo(announcedFeeBps);
    return giveOut(audit, subject, options);
  }
  const { endpoint, wanted } = await openSource(sourceOf(values), toBlockOf(values));
  const cacheFolder = values["no-cache"] ? undefined : CACHE;
  const audit = await runAudit({ endpoint, wanted, announcedFeeBps, cacheFolder });
  return giveOut(audit, subject, options);
});
