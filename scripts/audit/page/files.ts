/** Writes reports and statements to a folder, and says in one line why it cannot. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UsageError } from "@luxxon/chain/usageError";
import { stringify } from "csv-stringify";

/**
 * Writes files, over those that are there.
 *
 * @param folder Is made if it is not there.
 * @param files How each is written to its path, by name.
 * @returns The files' paths.
 * @throws {UsageError} if nothing can be written there.
 */
export async function writeFiles(
  folder: string,
  files: Record<string, (path: string) => Promise<void>>,
): Promise<string[]> {
  const paths: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, write] of Object.entries(files)) {
      const path = join(folder, name);
      await write(path);
      paths.push(path);
    }
  } catch (error) {
    const why = WHY[error instanceof Error && "code" in error ? String(error.code) : ""];
    throw why === undefined ? error : new UsageError(`Nothing can be written to ${folder}: ${why}.`);
  }
  return paths;
}

/** What the user can put right; anything else is thrown as it is. */
const WHY: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
  EISDIR: "it is a folder",
};

/** The columns of a sheet, and what stands in each; undefined: the row has no such thing. */
export type Columns<Row> = Record<string, (row: Row) => string | number | bigint | undefined>;

export async function writeSheet<Row>(columns: Columns<Row>, rows: readonly Row[], to: Writable): Promise<void> {
  const cells = Object.values(columns);
  const texts = function* () {
    for (const row of rows) yield cells.map((cell) => String(cell(row) ?? ""));
  };
  await pipeline(Readable.from(texts()), csv(Object.keys(columns)), to);
}

/** A writer of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(columns: readonly string[]) {
  return stringify({
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: "windows",
    quote_record_delimiter: true,
  });
}
