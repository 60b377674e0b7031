/** Runs a program of this project beside this one, waits for the line by which it says that it is ready, and ends it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { unless } from "@luxxon/chain/command/interrupt";
import { ROOT } from "@luxxon/chain/root";

export interface ProgramOptions {
  /** Replaces variables of this process's own environment. */
  environment?: Record<string, string>;
  /** Gives up: the program is told to end, and has ended when this says why. */
  signal?: AbortSignal | undefined;
}

export interface Program {
  child: ChildProcess;
  /** The first line that it has printed. */
  line: string;
}

/** @throws if it ends without a line, with what it said. */
export async function startProgram(
  args: readonly string[],
  { environment = {}, signal }: ProgramOptions = {},
): Promise<Program> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, npm_lifecycle_script: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // Who can give up ends it in its own time: the terminal's Ctrl-C is not for it.
    detached: signal !== undefined,
  });
  try {
    return { child, line: await unless(signal, firstLineOf(child)) };
  } catch (error) {
    await endProgram(child);
    throw error;
  }
}

export async function endProgram(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    let printed = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const isSaid = printed.includes("\n");
      if (!isSaid) printed += text;
      if (!isSaid && printed.includes("\n")) resolve(printed.slice(0, printed.indexOf("\n")));
    });
    child.once("error", reject);
    child.once("close", (status) =>
      reject(new Error(`${child.spawnargs[1]} ended with ${status}: ${said.trim() || "it said nothing"}`)),
    );
  });
}
