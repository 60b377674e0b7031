/** Says in one line why the store cannot be used. */
import { UsageError } from "@luxxon/chain/usageError";

/** SQLite's result codes, as far as the user can do something about them. */
const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const WHY: Readonly<Record<number, string>> = {
  3: "permission denied",
  8: "it cannot be written to",
  10: "the disk cannot be read or written",
  13: "the disk is full",
  14: "it cannot be opened",
};

/** The result code of an error of SQLite, without what is said in its higher bits; undefined: it is none. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return Number(error.errcode) & 0xff;
}

/** What is there is no store, or is not whole. */
export function isDamaged(error: unknown): boolean {
  const code = codeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/**
 * @param file Empty: a temporary one without a name.
 * @returns What the user can put right as a line; any other error as it is.
 */
export function explained(error: unknown, file: string): unknown {
  if (isDamaged(error))
    return new UsageError(`${file} is damaged: delete it, and run the audit again.`, { cause: error });
  const why = WHY[codeOf(error) ?? -1];
  if (why === undefined) return error;
  const where = file === "" ? "the temporary folder" : file;
  return new UsageError(`What was read cannot be kept in ${where}: ${why}.`, { cause: error });
}
