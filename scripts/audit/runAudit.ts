/** Audits one contract: collects its history, replays it, and holds it against the rules. */

import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { openProgress } from "../progress.ts";
import { checkStillThere, collect } from "./collect/collect.ts";
import type { Wanted } from "./collect/identify.ts";
import { readState } from "./collect/state.ts";
import { reconcile } from "./reconcile.ts";
import type { Audit } from "./types.ts";

export interface AuditOptions {
  readonly endpoint: Endpoint;
  readonly wanted: Wanted;
  /** The fee that the platform announces, in 1/10,000. */
  readonly announcedFeeBps: number | undefined;
  /** Where to keep what was read; undefined: nowhere. */
  readonly cacheFolder: string | undefined;
}

/** @throws {UsageError} if there is nothing to audit, or the endpoint cannot be used for it. */
export async function runAudit(options: AuditOptions): Promise<Audit> {
  try {
    return await audit(options);
  } catch (error) {
    const problem = causeOf(error, RequestProblem);
    throw problem?.kind === "rate" ? new UsageError(`${problem.message} What has been read is kept.`) : error;
  }
}

async function audit(options: AuditOptions): Promise<Audit> {
  const { endpoint, wanted, announcedFeeBps, cacheFolder } = options;
  const reading = openProgress("Reading the chain");
  const comparing = openProgress("Reading accounts ");
  try {
    const history = await collect({ endpoint, wanted, cacheFolder, progress: reading });
    const found = await reconcile(history, {
      announcedFeeBps,
      readState(accounts, ids) {
        reading.end();
        return readState(endpoint, history.target, accounts, ids, comparing);
      },
    });
    await checkStillThere(endpoint, history.target);
    return found;
  } finally {
    reading.end();
    comparing.end();
  }
}
