/** Starts processes that outlive this one, and finds, knows and ends them. */
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
} from "node:fs";
import process from "node:process";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const HAS_PROC = existsSync("/proc/self/stat");

/** A log that has grown beyond this is put aside at the next start, over the one before. */
const MOST_LOG_BYTES = 10_000_000;

export interface DetachedOptions {
  cwd: string;
  environment: Record<string, string>;
  /** stdout and stderr are added to this file. */
  log: string;
  uid?: number;
  gid?: number;
}

export interface Detached {
  pid: number;
  /** Whether it still runs. */
  lives: () => boolean;
  /** What it has written to its log, if that is still there. */
  said: () => Promise<string>;
}

/** Starts a process in a session of its own: neither this one's end nor its terminal's ends it. */
export async function startDetached([file = "", ...args]: string[], options: DetachedOptions): Promise<Detached> {
  const { cwd, environment, log, uid, gid } = options;
  if (existsSync(log) && statSync(log).size > MOST_LOG_BYTES) renameSync(log, `${log}.1`);
  const output = openSync(log, "a");
  const start = fstatSync(output).size;
  try {
    const child = spawn(file, args, {
      cwd,
      env: environment,
      detached: true,
      stdio: ["ignore", output, output],
      ...(uid === undefined ? {} : { uid, gid }),
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    return {
      pid: child.pid as number,
      lives: () => child.exitCode === null && child.signalCode === null,
      said: () => text(createReadStream(log, { start })).catch(() => ""),
    };
  } finally {
    closeSync(output);
  }
}

/** The last line that is not blank, of what a process has said: usually why it ended. */
export function lastLineOf(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.at(-1)?.trim() ?? "it said nothing";
}

/**
 * When a process was started, in the system's own words: another process with the same number has another.
 *
 * @returns `undefined` if there is none. One that has ended and that nobody has asked after (a zombie) is none.
 */
export function startMarkOf(pid: number): string | undefined {
  if (!HAS_PROC) return startMarkByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold anything; the state follows it, and 19 fields later the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startMarkByPs(pid: number): string | undefined {
  try {
    const text = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: psEnvironment(),
    });
    const [state = "", ...start] = text.trim().split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}

function psEnvironment() {
  return { ...process.env, LC_ALL: "C" };
}

let boot: string | undefined;

/** After the machine has started anew, numbers and times begin again. */
function bootId(): string {
  if (boot === undefined) {
    try {
      boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    } catch {
      boot = "";
    }
  }
  return boot;
}

/** The processes with this word among their arguments: those of a start that was killed before it could write them down. */
export function processesWithArgument(argument: string): number[] {
  const pids = HAS_PROC ? listProc() : [];
  const found = HAS_PROC
    ? pids.filter((pid) =>
        readOr("", () => readFileSync(`/proc/${pid}/cmdline`, "utf8"))
          .split("\0")
          .includes(argument),
      )
    : listByPs(argument);
  return found.filter((pid) => pid !== process.pid && startMarkOf(pid) !== undefined);
}

export function listProc(): number[] {
  if (!HAS_PROC) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function listByPs(argument: string): number[] {
  const text = readOr("", () =>
    execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8", env: psEnvironment() }),
  );
  const lines = text.split("\n").filter((line) => ` ${line} `.includes(` ${argument} `));
  return lines.map((line) => Number.parseInt(line, 10));
}

function readOr<Value>(otherwise: Value, read: () => Value): Value {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** @returns Whether it has ended within this time. */
export async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const mark = startMarkOf(pid);
  for (const end = Date.now() + withinMs; mark !== undefined && startMarkOf(pid) === mark; await sleep(15)) {
    if (Date.now() > end) return false;
  }
  return true;
}

/** Asks a process to end, each time more firmly, and waits until it has. */
export async function endProcess(pid: number, steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<void> {
  for (const [signal, withinMs] of [...steps, ["SIGKILL", 10_000] as const]) {
    sendSignal(pid, signal);
    if (await hasEnded(pid, withinMs)) return;
  }
  throw new Error(`process ${pid} does not end`);
}

/** Asks again and again until there is an answer. @throws if there is none in time, or `signal` says stop. */
export async function waitFor<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  { withinMs, everyMs = 20, signal }: { withinMs: number; everyMs?: number; signal?: AbortSignal | undefined },
): Promise<Answer> {
  for (const end = Date.now() + withinMs; ; await sleep(everyMs)) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what} was not ready within ${withinMs / 1_000} s`);
  }
}
