/** Audits one contract: collects its history, replays it, and holds it against the rules. */

import { readBlock } from "@luxxon/chain/rpc/blocks";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { standing } from "@luxxon/chain/settlement/follow";
import type { Endpoints } from "@luxxon/chain/settlement/readHistory";
import { UsageError } from "@luxxon/chain/usageError";
import { openProgress } from "../progress.ts";
import { type Collected, checkStillThere, collect } from "./collect/collect.ts";
import { openElsewhere } from "./collect/elsewhere.ts";
import { withEnd } from "./collect/end.ts";
import type { Wanted } from "./collect/identify.ts";
import { reconcile } from "./reconcile.ts";
import type { Kept } from "./replay/kept.ts";
import { refold } from "./replay/refold.ts";
import { codeVersion } from "./store/codeVersion.ts";
import { explained } from "./store/problems.ts";
import { Store } from "./store/store.ts";
import type { Audit } from "./types.ts";

export interface AuditOptions {
  /** It is read from the first; all have to agree. */
  readonly endpoints: Endpoints;
  readonly wanted: Wanted;
  /** Reads all headers too; default: only those of blocks with events. */
  readonly isEveryBlockRead?: boolean;
  /** The fee that the platform announces, in 1/10,000. */
  readonly announcedFeeBps: number | undefined;
  /** Where to keep what was verified; undefined: nowhere. */
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
    const history = await collect({ endpoints, wanted, isEveryBlockRead, progress: reading });
    const store = await openStore(history, endpoints, cacheFolder);
    try {
      const before = await goBack(store, history, endpoints);
      const found = await reconcile(history, {
        store,
        before: refold(store, before, announcedFeeBps),
        announcedFeeBps,
        withEnd(much, judge) {
          reading.end();
          return withEnd({ ...history, endpoints, progress: comparing }, much, judge);
        },
        elsewhere: openElsewhere(endpoints, history.end, wanted.others ?? []),
      });
      await checkStillThere(endpoints[0], history.target);
      store.finish();
      return found;
    } catch (error) {
      store.close();
      throw explained(error, store.file);
    }
  } finally {
    reading.end();
    comparing.end();
  }
}

/** The contract's store, or, for whoever keeps nothing or ends before what is kept there, an empty one. */
async function openStore(
  { target, evidence }: Collected,
  endpoints: Endpoints,
  folder: string | undefined,
): Promise<Store> {
  // What one endpoint has said is not believed when another is asked, nor when more is to be checked.
  const asked = [
    ...endpoints.map(({ identity }) => identity).sort(),
    ...(evidence.isEveryBlockRead ? ["every block"] : []),
  ];
  const { chainId, address, usdc, fromBlock, toBlock } = target;
  const readBy = asked.join(" ");
  const identity = { chainId, address, usdc, fromBlock, readBy, codeVersion: codeVersion() };
  const store = await Store.open(folder, identity);
  const last = store.parts().at(-1);
  if (last === undefined || last.to <= toBlock) return store;
  store.close();
  return Store.open(undefined, identity);
}

/** Goes back to the last part that is still on the chain. */
async function goBack(store: Store, { target, notes }: Collected, [endpoint]: Endpoints): Promise<Kept | undefined> {
  const parts = store.parts();
  const good = await standing(parts, async (block) => (await readBlock(endpoint, block)).hash);
  const last = parts[good - 1];
  if (good < parts.length) {
    const from = last === undefined ? target.fromBlock : last.to + 1n;
    notes.push(`The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`);
  }
  return store.goBack<Kept>(last);
}
