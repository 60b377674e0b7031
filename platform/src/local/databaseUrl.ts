/** Finds the database for a command of the operator's: the one that is named, else that of the local platform. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { postgresUrl } from "./postgres.ts";
import { keptPortOf, processOf, readSecrets, type State } from "./state.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {UsageError} if none is named, and no local platform runs. */
export async function findDatabaseUrl({ DATABASE_URL, LUXXON_STATE_DIR }: Environment): Promise<string> {
  if (DATABASE_URL) {
    if (/^postgres(ql)?:\/\//.test(DATABASE_URL) && URL.canParse(DATABASE_URL)) return DATABASE_URL;
    throw new UsageError("DATABASE_URL is no URL of Postgres.");
  }
  const folder = resolve(LUXXON_STATE_DIR || join(ROOT, ".luxxon"));
  const state: State = { folder, path: (...names) => join(folder, ...names) };
  const port = keptPortOf(state, "postgres");
  if (port === undefined || processOf(state, "postgres") === undefined || !existsSync(state.path("secrets.json")))
    throw new UsageError(`No platform runs in ${folder}: npm start first, or name its database in DATABASE_URL.`);
  const { postgresPassword } = await readSecrets(state);
  return postgresUrl(postgresPassword, port);
}
