/** Opens the file that a store is, or one that nobody sees and that is gone with the process. */
import { DatabaseSync } from "node:sqlite";

/** Kilobytes of pages that are kept in memory. */
const CACHE_KB = 16_000;
/** Pages of four kilobytes that may wait beside the file until they are put into it. */
const WAITING = 8_000;

/** SQLite's name for a database that lies in a temporary file without a name. */
export const TEMPORARY = "";

export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    // Readers of an earlier audit keep what they see while this one writes.
    database.exec(`PRAGMA journal_mode = ${file === TEMPORARY ? "MEMORY" : "WAL"}`);
    database.exec(
      `PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KB}; PRAGMA wal_autocheckpoint = ${WAITING}`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
