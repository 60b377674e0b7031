/** Runs a command of the operator's on the platform's database: reads its flags, and says in one line what went wrong. */
import process from "node:process";
import { debuglog, type ParseArgsConfig, parseArgs } from "node:util";
import { flagsKeptByNpm } from "@luxxon/chain/config";
import { causeOf } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { type Database, openDatabase } from "./db/database.ts";
import { findDatabaseUrl } from "./local/databaseUrl.ts";
import { Refused } from "./refusal.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>>;

export interface OperatorCommand<T extends Options> {
  /** From the project's root. */
  file: string;
  help: string;
  /** Besides `--help`. */
  flags: T;
  /** Of a database without its tables: what the platform has to have made there. */
  missing: string;
  /** @throws {UsageError} */
  check(given: Parsed<T>): void;
  /** @returns The exit code. */
  act(db: Database, given: Parsed<T>): Promise<number>;
}

const debug = debuglog("luxxon");
const HELP = { help: { type: "boolean", short: "h", default: false } } as const;

/** Exit code 2 for what the user can put right, 1 for what else goes wrong. */
export async function runOperatorCommand<const T extends Options>(command: OperatorCommand<T>): Promise<void> {
  // A reader that has seen enough is no error.
  process.stdout.on("error", () => undefined);
  try {
    process.exitCode = await run(command);
  } catch (error) {
    const usage = causeOf(error, UsageError);
    process.exitCode = usage === undefined ? 1 : 2;
    const message = error instanceof Error ? error.message : String(error);
    console.error(usage?.message ?? `${message.split("\n").join(" ")} (NODE_DEBUG=luxxon shows where)`);
    debug("%O", error);
  }
}

async function run<const T extends Options>({
  file,
  help,
  flags,
  missing,
  check,
  act,
}: OperatorCommand<T>): Promise<number> {
  const given = parse(file, { ...flags, ...HELP });
  if ((given.values as { help: boolean }).help) {
    console.log(help);
    return 0;
  }
  check(given as unknown as Parsed<T>);
  const db = openDatabase(await findDatabaseUrl(process.env), { connections: 1 });
  try {
    return await act(db, given as unknown as Parsed<T>);
  } catch (error) {
    throw inOurWords(error, missing);
  } finally {
    await db.close();
  }
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

function parse<const T extends Options>(file: string, options: T) {
  const [kept] = flagsKeptByNpm(file, Object.keys(options));
  if (kept !== undefined) throw new UsageError(`npm took --${kept} for its own: put -- before the flags.`);
  try {
    return parseArgs({ options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // "Unknown option '--x'. To specify a positional argument …": the first sentence says it.
    throw new UsageError(`${error.message.split(/\.\s/)[0]}; see --help.`);
  }
}
