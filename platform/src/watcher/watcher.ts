/**
 * Reads the chain, turn by turn, by one path for old and new blocks: looks whether the last block that was read is still
 * there, goes back as far as it is not, reads on to the head, and confirms what has become deep enough.
 */
import type { Address } from "viem";
import type { Chain, Head } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { adoptSettled, applyWindow, confirm, joinWindows, lastWindow, rollBack, windowBefore } from "./apply.ts";
import { Moved, readEvents } from "./read.ts";
import { compareTotals } from "./totals.ts";

export interface WatcherContext {
  db: Database;
  chain: Chain;
  clock: Clock;
  usdc: Address;
  deploymentBlock: bigint;
  confirmedAfter: number | "safe";
  log: { info(what: object, message: string): void; warn(what: object, message: string): void };
  /** Is told of every new head, once all up to it is written. */
  onHead?: (head: Head, touched: ReadonlySet<string>) => Promise<void>;
  /** Counts what metrics show. */
  onCount?: (what: "confirmed" | "reorganisations" | "takenBack" | "events", by: number) => void;
}

/** How often `safe` and `finalized` are asked for at most, ms. */
const TAGS_MS = 1_000;
/** How often the ledger is held against the contract at most, ms. */
const TOTALS_MS = 2_000;
/** How long a head below what was read is taken for an endpoint that is behind, and not for a chain that went back, ms. */
const BEHIND_MS = 3_000;
/** Windows below the finalized block are joined to this many blocks. */
const JOINED = 1_000n;

export interface Watcher {
  /** @returns Whether there was anything new. */
  turn(): Promise<boolean>;
}

export function openWatcher(context: WatcherContext): Watcher {
  const { db, chain, clock, usdc, deploymentBlock, confirmedAfter, log, onHead, onCount } = context;
  let tags = { at: -TAGS_MS, safe: 0n, finalized: 0n };
  let told: string | undefined;
  let joinedAt = 0n;
  let comparedAt = 0n;
  let comparedTime = 0;
  let behindSince: number | undefined;

  /** @returns undefined if the endpoint is behind what was read: that is no news. */
  const goBack = async (
    head: Head,
  ): Promise<{ from: bigint; anchor: { block: bigint; hash: string } | undefined } | undefined> => {
    const last = await lastWindow(db);
    let good = last;
    let isReplaced = false;
    while (good !== undefined) {
      const now = await chain.block(good.toBlock);
      if (now?.hash === good.toHash) break;
      if (now !== undefined) isReplaced = true;
      good = await windowBefore(db, good.toBlock);
    }
    if (last !== undefined && good?.toBlock !== last.toBlock && !isReplaced && head.number < last.toBlock) {
      // A node that has not seen a block does not contradict it. A chain that went back stays so.
      const now = clock.now().getTime();
      behindSince ??= now;
      if (now - behindSince < BEHIND_MS) return undefined;
    }
    behindSince = undefined;
    const from = good === undefined ? deploymentBlock : good.toBlock + 1n;
    if (last !== undefined && good?.toBlock !== last.toBlock) {
      const { events, takenBack, block } = await rollBack(db, from - 1n, clock.now());
      log.warn({ from: from.toString(), to: last.toBlock.toString(), events, takenBack }, "the chain was replaced");
      onCount?.("reorganisations", 1);
      onCount?.("takenBack", takenBack);
      comparedAt = least(comparedAt, block);
      joinedAt = joinedAt < from ? joinedAt : from - 1n;
    }
    return { from, anchor: good === undefined ? undefined : { block: good.toBlock, hash: good.toHash } };
  };

  const askTags = async (head: Head) => {
    const now = clock.now().getTime();
    if (now - tags.at < TAGS_MS) return tags;
    const [safe, finalized] = await Promise.all([
      chain.block("safe").catch(() => undefined),
      chain.block("finalized").catch(() => undefined),
    ]);
    tags = {
      at: now,
      safe: least(safe?.number ?? 0n, head.number),
      finalized: least(finalized?.number ?? 0n, head.number),
    };
    return tags;
  };

  return {
    async turn() {
      const head = await chain.head();
      if (head.hash === told) return false;
      const touched = new Set<string>();
      try {
        const place = await goBack(head);
        if (place === undefined) return false;
        const { from, anchor } = place;
        for await (const window of readEvents(chain, usdc, from, head)) {
          // What was read belongs to what was read before only if that is still there.
          if (anchor !== undefined && (await chain.block(anchor.block))?.hash !== anchor.hash)
            throw new Moved(`block ${anchor.block} was replaced`);
          const applied = await applyWindow(db, window, clock.now());
          if (applied === undefined) throw new Moved("another watcher was faster");
          for (const consumer of applied.touched) touched.add(consumer);
          onCount?.("events", window.events.length);
        }
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
        log.info({ why: error.message }, "reading again");
        return true;
      }
      await adoptSettled(db, clock.now());
      const { safe, finalized } = await askTags(head);
      const confirmed = await confirm(db, { head, safe, finalized, after: confirmedAfter }, clock.now());
      if (confirmed > 0) onCount?.("confirmed", confirmed);
      if (safe > comparedAt && clock.now().getTime() - comparedTime >= TOTALS_MS) {
        comparedTime = clock.now().getTime();
        const outcome = await compareTotals(context, safe, comparedAt);
        if (outcome === "equal") comparedAt = safe;
        // What was left out is read in the next turn, which does not wait for a block.
        if (outcome === "rolledBack") return true;
      }
      if (finalized > joinedAt + JOINED) {
        await joinWindows(db, finalized, JOINED);
        joinedAt = finalized;
      }
      await onHead?.(head, touched);
      told = head.hash;
      return true;
    },
  };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
