/**
 * Tells keys that were minted here from made-up ones, for many strangers at once: whatever comes within a moment is looked
 * up in one query, so that no number of made-up keys costs much, or keeps a good one from being known.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import { hashOfKey, isKeyShaped } from "./plaintext.ts";

/** How long what comes together waits for one query, ms. */
const MOMENT_MS = 20;
/** How long a key that was found stays known, ms; it may have been revoked since, which this does not decide. */
const KNOWN_MS = 300_000;
const MOST_KNOWN = 50_000;
/** How long the answer is waited for, ms: a database that hangs is for whoever needs it to say. */
const PATIENCE_MS = 1_000;

export interface KeyRegister {
  /** @returns A name of the key; undefined if nobody has it, or the database does not answer. */
  find(plaintext: string): Promise<string | undefined>;
}

export function keyRegister(db: Queries, clock: Clock): KeyRegister {
  const known = new Map<string, number>();
  let next: { hashes: Map<string, Buffer>; found: Promise<ReadonlySet<string>> } | undefined;

  const gather = () => {
    const hashes = new Map<string, Buffer>();
    const found = new Promise((resolve) => setTimeout(resolve, MOMENT_MS)).then(async () => {
      next = undefined;
      const rows = await db.rows<{ hash: Buffer }>`
        select hash from api_keys where hash = any (${[...hashes.values()]}::bytea[])`;
      return new Set(rows.map(({ hash }) => hash.toString("base64url")));
    });
    return { hashes, found };
  };

  return {
    async find(plaintext) {
      if (!isKeyShaped(plaintext)) return undefined;
      const hash = hashOfKey(plaintext);
      const name = hash.toString("base64url");
      const now = clock.now().getTime();
      if ((known.get(name) ?? 0) > now) return name;
      next ??= gather();
      next.hashes.set(name, hash);
      const found = await Promise.race([
        next.found.catch(() => undefined),
        sleep(PATIENCE_MS, undefined, { ref: false }),
      ]);
      if (found?.has(name) !== true) return undefined;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(name, now + KNOWN_MS);
      return name;
    },
  };
}
