/** Audits a contract's whole history, and gives out what came of it: the report, or one account's or session's statement. */
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { tellAge } from "./age.ts";
import { readMade } from "./made.ts";
import { openSource } from "./open.ts";
import { giveOut } from "./output.ts";
import { isDemo, type Period, type Source, type Subject, type Values } from "./request.ts";
import { runAudit } from "./runAudit.ts";

const CACHE = join(ROOT, "cache/audit");

interface Asked {
  values: Values;
  positionals: readonly string[];
  source: Source;
  /** Undefined: the last block that the chain calls safe. */
  toBlock: bigint | undefined;
  announcedFeeBps: number | undefined;
  subject: Subject;
  period: Period;
  /** How old the last block may be, in seconds; undefined: nothing was said. */
  maxAge: number | undefined;
}

/** @returns The exit code. */
export async function giveAudit(asked: Asked): Promise<number> {
  const { values, positionals, source, toBlock, announcedFeeBps, subject, period, maxAge } = asked;
  const { endpoints, wanted } = await openSource(source, toBlock);
  // A chain that is gone tomorrow is not worth keeping.
  const cacheFolder = values["no-cache"] || isDemo(values) ? undefined : CACHE;
  const isEveryBlockRead = values["every-block"] ?? false;
  const audit = await runAudit({ endpoints, wanted, announcedFeeBps, isEveryBlockRead, cacheFolder });
  const code = await giveOut(audit, subject, {
    period,
    out: values.out,
    made: await readMade(values, positionals),
    json: values.json ?? false,
  });
  // Whoever names the last block knows how old it is, and the demo's month is over.
  const isChosen = toBlock !== undefined || isDemo(values);
  return Math.max(code, tellAge(audit.target.toTimestamp, maxAge, isChosen));
}
