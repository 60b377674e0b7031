/** Runs a command of the operator's on the platform's database: reads its flags, and says in one line what went wrong. */
import process from "node:process";
import type { ParseArgsOptionsConfig } from "node:util";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";
import { type Database, openDatabase } from "./db/database.ts";
import { findDatabaseUrl } from "./local/databaseUrl.ts";
import { Refused } from "./refusal.ts";

type Options = ParseArgsOptionsConfig;
type Parsed<T extends Options> = ReturnType<typeof readFlags<T>>;

export interface OperatorCommand<T extends Options> {
  help: string;
  flags: T;
  /** Of a database without its tables: what the platform has to have made there. */
  missing: string;
  /** @throws {UsageError} */
  check(given: Parsed<T>): void;
  /** @returns The exit code. */
  act(db: Database, given: Parsed<T>): Promise<number>;
}

/** Exit code 2 for what the user can put right, 1 for what else goes wrong. */
export function runOperatorCommand<const T extends Options>(command: OperatorCommand<T>): Promise<void> {
  const { help, flags, missing, check, act } = command;
  return runCommand(async () => {
    const given: Parsed<T> = readFlags(help, flags, true);
    check(given);
    const db = openDatabase(await findDatabaseUrl(process.env), { connections: 1 });
    try {
      return await act(db, given);
    } catch (error) {
      throw inOurWords(error, missing);
    } finally {
      await db.close();
    }
  });
}

/** Columns as wide as their widest cell. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What somebody who runs this can put right, said so. */
function inOurWords(error: unknown, missing: string): unknown {
  const { code } = error as { code?: string };
  if (code === "42P01" || code === "42703")
    return new UsageError(`The database has no ${missing} yet: run this version's platform on it once.`);
  if (code === "28P01" || code === "28000" || code === "3D000")
    return new UsageError(`The database does not let this in: ${(error as Error).message}.`);
  if (error instanceof Refused && error.code === "DATABASE_ERROR")
    return new UsageError("The database cannot be reached: is it running, and is DATABASE_URL right?");
  return error;
}
