/** `npm run audit`: replays a contract's whole history, and holds it against numbered rules. */

import { dirname } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";
import { openProgress } from "../progress.ts";
import { checkFolder } from "./page/files.ts";
import {
  checkFlags,
  FLAGS,
  feeBpsOf,
  isDemo,
  maxAgeOf,
  onlySession,
  periodOf,
  sessionsOf,
  sourceOf,
  subjectOf,
  toBlockOf,
} from "./request.ts";

const HELP = `Audits a LuxxonSettlement contract from the chain alone: reads its whole history, replays it, and holds it against
numbered rules.

  npm run audit [-- flags]
  npm run audit -- session <UUID or 32 bytes> [flags]        one session, with every check
  npm run audit -- consumer|operator <address> [flags]       the statement of one account
  npm run audit -- receipt <UUID or 32 bytes> --out file [flags]
                          one session's receipt, which proves itself to whoever has the hash of its block; reads that
                          block alone. Without --out it is printed
  npm run audit -- verify file --block-hash 0x… [--address 0x…] [--json]
                          checks a receipt offline; with --address it must be that contract's

  --network base-sepolia  the contract that deployments/ records on Base Sepolia, or base; the endpoint comes from
                          BASE_SEPOLIA_RPC_URL or BASE_RPC_URL, in the environment or in Hardhat's keystore.
                          With --address: an earlier one
  --rpc URL               any other: its endpoint, with
  --address 0x…           the contract, and
  --from-block N          the block of its deployment
                          --rpc may be given more than once, and with --network: all have to agree, and whoever leaves
                          something out is named
  --demo                  a local chain that it makes: a busy month, with Circle's real USDC and a fee of 15 %
  --to-block M            the last block to read; default: the last that the chain calls safe
  --every-block           read all headers since the deployment too, so that not even one endpoint can leave a block out
  --max-age MINUTES       exit code 1 if the last block is older
  --fee-bps 1500          the fee that the platform announces, in hundredths of a percent, rounded down
  --from-date 2026-11-01  of consumer and operator: days in UTC, both included
  --to-date 2026-11-30
  --out folder            write into this folder: report.html, report.json, settlements.csv, movements.csv, payees.csv; or
                          the statement
  --json                  print JSON instead of text; amounts in µUSDC
                          (npm run --silent audit -- --json, so that npm prints nothing of its own)
  --no-cache              read everything anew; else what was read is kept under cache/audit/
  --bench                 audits made-up chains of 1,000, 10,000 and 100,000 sessions, and the last once more when it has
                          grown by a tenth; prints time and memory
  --sessions N            of --bench: one chain of so many sessions instead
  --help                  this text

Exit code: 0 if everything adds up, 1 if not, 2 if there is nothing to audit or the endpoint cannot be used for it.
Of receipt and verify: 0 if the session is settled and the receipt proven, 1 if not, 2 if it could not be looked at.`;

await runCommand(async () => {
  const { values, positionals } = readFlags(HELP, FLAGS, true);
  if (values.bench) {
    if (values.json) throw new UsageError("--bench prints no JSON: it goes without --json.");
    const sessions = sessionsOf(values);
    const { bench } = await import("./bench/bench.ts");
    return await bench(sessions === undefined ? undefined : [sessions]);
  }
  if (values.sessions !== undefined) throw new UsageError("--sessions goes with --bench.");
  const [verb, ...named] = positionals;
  if (verb === "verify" || verb === "receipt") {
    checkFlags(verb, values);
    const { openSource } = await import("./open.ts");
    const { giveReceipt, verifyFile } = await import("./receipt/commands.ts");
    if (verb === "verify") return await verifyFile(named, values);
    const sessionId = onlySession(verb, named);
    if (values.out !== undefined) await checkFolder(dirname(values.out));
    const demo = isDemo(values) ? await openDemo() : undefined;
    const code = await giveReceipt(
      await openSource(demo ?? sourceOf(values), toBlockOf(values)),
      sessionId,
      values.out,
    );
    demo?.close();
    return code;
  }
  const subject = subjectOf(positionals);
  const period = periodOf(values, subject);
  const feeBps = feeBpsOf(values);
  if (values.out !== undefined) await checkFolder(values.out);
  const demo = isDemo(values) ? await openDemo() : undefined;
  const source = demo ?? sourceOf(values);
  const announcedFeeBps = feeBps ?? demo?.feeBps;
  const toBlock = toBlockOf(values);
  const maxAge = maxAgeOf(values);
  const { giveAudit } = await import("./giveAudit.ts");
  const code = await giveAudit({ values, positionals, source, toBlock, announcedFeeBps, subject, period, maxAge });
  demo?.close();
  return code;
});

/** A local chain with a busy month on it. */
async function openDemo() {
  // Hardhat takes a while to load, and an audit of a live contract has no use for it.
  const { busyChain } = await import("./demo/busyChain.ts");
  const progress = openProgress("Playing a month ");
  const chain = await busyChain({ onDay: (done, days) => progress.show(done / days, `day ${done} of ${days}`) });
  progress.end();
  return { kind: "rpc", ...chain } as const;
}
