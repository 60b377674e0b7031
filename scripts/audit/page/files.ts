/** Writes reports and statements to a folder, and says in one line why it cannot. */
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeFolder } from "@luxxon/chain/files";
import { UsageError } from "@luxxon/chain/usageError";
import { stringify } from "csv-stringify";

/**
 * Writes files, over those that are there. Each is written beside its place and moved there when it is whole: a disk that
 * fills up leaves no half report that says that everything adds up.
 *
 * @param folder Is made if it is not there.
 * @param files How each is written to a path, by name.
 * @returns The files' paths.
 * @throws {UsageError} if nothing can be written there.
 */
export async function writeFiles(
  folder: string,
  files: Record<string, (path: string) => Promise<void>>,
): Promise<string[]> {
  const paths = Object.keys(files).map((name) => join(folder, name));
  const beside = (path: string) => `${path}.${process.pid}.new`;
  try {
    await makeFolder(folder);
    for (const [name, write] of Object.entries(files)) await write(beside(join(folder, name)));
    for (const path of paths) await rename(beside(path), path);
  } catch (error) {
    await Promise.all(paths.map((path) => rm(beside(path), { force: true }).catch(() => undefined)));
    throw refused(folder, error);
  }
  return paths;
}

/** Makes sure, before anything long begins, that files can be written to a folder. @throws {UsageError} if not. */
export async function checkFolder(folder: string): Promise<void> {
  if (folder.trim() === "") throw new UsageError("--out takes a folder.");
  try {
    await makeFolder(folder);
    const probe = join(folder, `.${process.pid}.new`);
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw refused(folder, error);
  }
}

/** @returns What the user can put right as a line; any other error as it is. */
export function refused(folder: string, error: unknown): unknown {
  const why = WHY[error instanceof Error && "code" in error ? String(error.code) : ""];
  return why === undefined ? error : new UsageError(`Nothing can be written to ${folder}: ${why}.`);
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
  ENOENT: "no folder can be made there",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
};

/** The columns of a sheet, and what stands in each; undefined: the row has no such thing. */
export type Columns<Row> = Record<string, (row: Row) => string | number | bigint | undefined>;

export async function writeSheet<Row>(columns: Columns<Row>, rows: Iterable<Row>, to: Writable): Promise<void> {
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
