/** Audits one contract: collects its history, replays it, and holds it against the rules. */

import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import type { Endpoints } from "@luxxon/chain/settlement/followHistory";
import { UsageError } from "@luxxon/chain/usageError";
import { openProgress } from "../progress.ts";
import { checkStillThere, collect } from "./collect/collect.ts";
import { readElsewhere } from "./collect/elsewhere.ts";
import type { Wanted } from "./collect/identify.ts";
import { readState } from "./collect/state.ts";
import { reconcile } from "./reconcile.ts";
import type { Audit } from "./types.ts";

export interface AuditOptions {
  /** It is read from the first; all have to agree. */
  readonly endpoints: Endpoints;
  readonly wanted: Wanted;
  /** Reads all headers too; default: only those of blocks with events. */
  readonly isEveryBlockRead?: boolean;
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
  const { endpoints, wanted, announcedFeeBps, cacheFolder, isEveryBlockRead = false } = options;
  const reading = openProgress("Reading the chain");
  const comparing = openProgress("Reading accounts ");
  try {
    const history = await collect({ endpoints, wanted, isEveryBlockRead, cacheFolder, progress: reading });
    const found = await reconcile(history, {
      announcedFeeBps,
      readState(accounts, ids) {
        reading.end();
        return readState({ ...history, endpoints, progress: comparing }, accounts, ids);
      },
      readElsewhere: (ids) => readElsewhere(endpoints, history.end, wanted.others ?? [], ids),
    });
    await checkStillThere(endpoints[0], history.target);
    return found;
  } finally {
    reading.end();
    comparing.end();
  }
}
