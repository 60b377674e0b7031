/** Locks between processes: SQLite's on a file without content. The system takes one back when its holder dies, however that is. */
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** SQLite's result code for what another holds. */
const BUSY = 5;

/**
 * @param file It is made, in a folder that is there.
 * @returns Lets go of the lock; undefined: another holds it.
 * @throws SQLite's error if the file cannot be made or written.
 */
export function tryLock(file: string): (() => void) | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written: no journal either.
    database.exec("PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    // What is said more exactly is in its higher bits.
    if ((Number((error as { errcode?: number }).errcode) & 0xff) === BUSY) return undefined;
    throw error;
  }
  return () => {
    if (database.isOpen) database.close();
  };
}

/** As `tryLock`, and waits for the one who holds it. @returns undefined: after all that time another still holds it. */
export async function waitForLock(
  file: string,
  { withinMs, signal }: { withinMs: number; signal?: AbortSignal },
): Promise<(() => void) | undefined> {
  for (const end = Date.now() + withinMs; ; await sleep(50)) {
    const unlock = tryLock(file);
    if (unlock !== undefined || Date.now() > end) return unlock;
    signal?.throwIfAborted();
  }
}
