/** Knows the newest block of the chain, and whether the chain moves. */

import type { Clock } from "../clock.ts";
import { Refused } from "../refusal.ts";
import type { Chain, Head } from "./chain.ts";

/** Seconds; after that a chain stands, and nothing new begins. */
export const STALE_SECONDS = 30;
/** How old an answer may be that is used again, ms: less than two blocks of Base apart. */
const FRESH_MS = 400;

export interface Heads {
  /** The newest block, at most a moment old. */
  latest(): Promise<Head>;
  /** The same. @throws {Refused} CHAIN_UNAVAILABLE if it is older than `STALE_SECONDS`. */
  moving(): Promise<Head>;
}

export function followHeads(chain: Chain, clock: Clock): Heads {
  let last: { at: number; head: Promise<Head> } | undefined;
  const latest = () => {
    const now = clock.now().getTime();
    if (last === undefined || Math.abs(now - last.at) > FRESH_MS) {
      const head = chain.head();
      last = { at: now, head };
      // One that failed is not kept.
      head.catch(() => (last = undefined));
    }
    return last.head;
  };
  return {
    latest,
    async moving() {
      const head = await latest();
      const age = Math.floor(clock.now().getTime() / 1_000) - head.timestamp;
      if (age <= STALE_SECONDS) return head;
      throw new Refused(
        "CHAIN_UNAVAILABLE",
        `The chain's newest block is ${age} s old: nothing new begins before it moves.`,
        {
          detail: "chain:stands",
          retryAfter: 5,
        },
      );
    },
  };
}
