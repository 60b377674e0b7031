/** Keeps the folder in which a local platform lives: its version, its ports and secrets, and which processes belong to it. */
import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder, readJson, replaceFile, replaceJson } from "@luxxon/chain/files";
import { waitForLock } from "@luxxon/chain/lock";
import { UsageError } from "@luxxon/chain/usageError";
import { freePort, isFree } from "@luxxon/local/ports";
import { z } from "zod";
import { startMarkOf } from "./processes.ts";

/** What a state folder calls itself; another number is another layout. */
const VERSION = "luxxon-state 1";
const ANY_VERSION = /^luxxon-state \d+$/;

/** Each is a process of its own, which outlives the platform's. */
export const PARTS = ["postgres", "spicedb", "chain"] as const;
export type PartName = (typeof PARTS)[number];
export type ProcessName = PartName | "platform";

export interface State {
  /** Absolute, and without a symbolic link. */
  folder: string;
  path: (...names: string[]) => string;
}

const Secrets = z.object({ postgresPassword: z.string(), spicedbToken: z.string(), sessionSecret: z.string() });
export type Secrets = z.output<typeof Secrets>;

/**
 * Opens a state folder; makes it if it is not there, or is empty.
 *
 * @param options.anyVersion Take one of another version too: it is going to be emptied.
 * @throws {UsageError} if it is none, is of another version, cannot be written, or lacks a piece.
 */
export async function openState(path: string, { anyVersion = false } = {}): Promise<State> {
  const wanted = resolve(path);
  await makeFolder(wanted).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The state folder ${wanted} cannot be made: ${error.code ?? error.message}.`);
  });
  const folder = realpathSync(wanted);
  const state: State = { folder, path: (...names) => join(folder, ...names) };
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new UsageError(`The state folder ${folder} cannot be written: set LUXXON_STATE_DIR to one that can.`);
  }
  await checkVersion(state, anyVersion);
  await mkdir(state.path("logs"), { recursive: true });
  return state;
}

async function checkVersion({ folder, path }: State, anyVersion: boolean): Promise<void> {
  const version = existsSync(path("version")) ? readFileSync(path("version"), "utf8").trim() : undefined;
  if (version === VERSION) {
    if (existsSync(path("postgres", "data")) && !existsSync(path("secrets.json")) && !anyVersion) {
      throw new UsageError(`The state folder ${folder} lacks its secrets.json: npm start -- --fresh makes it anew.`);
    }
    return;
  }
  if (version !== undefined && ANY_VERSION.test(version)) {
    if (anyVersion) return;
    throw new UsageError(
      `The state folder ${folder} is of another version ("${version}", not "${VERSION}"): npm start -- --fresh makes it anew.`,
    );
  }
  // Whatever else is there is somebody's: it is neither used nor, by --fresh, deleted.
  const others = (await readdir(folder)).filter((name) => name !== "version");
  if (version !== undefined || others.length > 0) {
    throw new UsageError(
      `${folder} is not a state folder: name an empty one, or none that is there, in LUXXON_STATE_DIR.`,
    );
  }
  await replaceFile(path("version"), `${VERSION}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The state folder ${folder} cannot be written: ${error.code ?? error.message}.`);
  });
}

/** Deletes all that a state folder holds. Its processes must have ended. */
export async function emptyState({ folder, path }: State): Promise<void> {
  // The version goes last: a folder that is half deleted is still known for what it was. The lock is held meanwhile.
  const kept = ["lock", "version"];
  const names = (await readdir(folder)).filter((name) => !kept.includes(name));
  for (const name of names) await rm(path(name), { recursive: true, force: true, maxRetries: 5 });
  await replaceFile(path("version"), `${VERSION}\n`);
  await mkdir(path("logs"), { recursive: true });
}

/** Waits until no other process starts or stops anything here. @returns Lets others in again. */
export async function lockState(
  { folder, path }: State,
  { withinMs = 90_000, signal }: { withinMs?: number; signal?: AbortSignal } = {},
): Promise<() => void> {
  const unlock = await waitForLock(path("lock"), { withinMs, ...(signal && { signal }) });
  if (unlock === undefined)
    throw new UsageError(`Another npm start has been at work in ${folder} for ${withinMs / 1_000} s.`);
  return unlock;
}

/** The passwords of the parts among themselves, made once. */
export async function readSecrets({ path }: State): Promise<Secrets> {
  const file = path("secrets.json");
  const kept = await readJson(Secrets, file, { absent: () => undefined });
  if (kept !== undefined) return kept;
  const random = () => randomBytes(32).toString("base64url");
  const secrets = { postgresPassword: random(), spicedbToken: random(), sessionSecret: random() };
  const next = `${file}.new`;
  await rm(next, { force: true });
  // Nobody but its owner can read it, not even for a moment.
  await writeFile(next, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  await rename(next, file);
  return secrets;
}

/**
 * A part's port: the one that it had, if it is free, else another, which is kept from then on.
 *
 * @param options.another The one that it had turned out to be taken.
 */
export async function portOf({ path }: State, part: PartName, { another = false } = {}): Promise<number> {
  const kept = keptPortOf({ path }, part);
  if (kept !== undefined && !another && (await isFree(kept))) return kept;
  const port = await freePort();
  await keepPort({ path }, part, port);
  return port;
}

export async function keepPort({ path }: Pick<State, "path">, part: PartName, port: number): Promise<void> {
  await replaceFile(path("ports", part), `${port}\n`);
}

/** The port that a part has, or had when it last ran. */
export function keptPortOf({ path }: Pick<State, "path">, part: PartName): number | undefined {
  const text = readText(path("ports", part));
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Writes down which process it is. The pid file holds the number alone, for whoever reads it with `cat`. */
export async function rememberProcess({ path }: State, name: ProcessName, pid: number): Promise<void> {
  await replaceFile(path("started", name), `${pid} ${startMarkOf(pid) ?? "unknown"}\n`);
  await replaceFile(path(`${name}.pid`), `${pid}\n`);
}

/** The process that goes by this name, if it lives: not one to which the system has given its number since. */
export function processOf({ path }: Pick<State, "path">, name: ProcessName): number | undefined {
  const text = readText(path(`${name}.pid`));
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const pid = Number(text);
  const mark = startMarkOf(pid);
  return mark !== undefined && readText(path("started", name)) === `${pid} ${mark}` ? pid : undefined;
}

export async function forgetProcess({ path }: State, name: ProcessName): Promise<void> {
  await rm(path(`${name}.pid`), { force: true });
  await rm(path("started", name), { force: true });
}

/** What the platform's own process tells the next `npm start` of itself. */
const Running = z.object({ url: z.string(), roles: z.array(z.string()) });
export type Running = z.output<typeof Running>;

export function rememberPlatform({ path }: State, running: Running): Promise<void> {
  return replaceJson(path("platform.json"), running);
}

export function readPlatform({ path }: State): Promise<Running | undefined> {
  return readJson(Running, path("platform.json"), { absent: () => undefined });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
