/** Runs `npm start` in temporary folders, and sees to it that nothing of it outlives the tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { freePort } from "@luxxon/local/ports";
import { stopParts } from "../../src/local/parts.ts";
import { startMarkOf } from "../../src/local/processes.ts";
import { openState, processOf } from "../../src/local/state.ts";

/** What `npm start -- --json` says when it is ready, as far as tests look at it. */
export interface Answer {
  url: string;
  pid: number;
  rpcUrl: string;
  settlement: string;
  usdc: string;
  wallets: { address: string; privateKey: string }[];
}

export interface Started {
  child: ChildProcess;
  /** Its answer; or nothing, if it ended without one. */
  ready: Promise<Answer | undefined>;
  ended: Promise<{ status: number | null; stdout: string; stderr: string }>;
}

const folders = new Set<string>();
const children = new Set<ChildProcess>();

/** A folder for a state, which does not exist yet; `cleanUp` of the same describe takes it away. */
export function temporaryState(): string {
  const folder = mkdtempSync(join(tmpdir(), "luxxon-start-"));
  folders.add(folder);
  return join(folder, "state");
}

/** Starts the command as npm does, or, `directly`, without the script that npm starts. */
export function startCommand(state: string, args: string[], { directly = true } = {}): Started {
  const command = ["platform/src/local/command.ts", ...args];
  const child = spawn(process.execPath, directly ? command : ["scripts/run.mjs", ...command], {
    cwd: ROOT,
    env: { ...process.env, LUXXON_STATE_DIR: state },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  const output = { stdout: "", stderr: "" };
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (status) => resolve({ status, ...output }));
  });
  const ready = new Promise<Answer | undefined>((resolve) => {
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        const line = output.stdout.split("\n").find((line) => line.startsWith("{") && line.endsWith("}"));
        if (line !== undefined) resolve(JSON.parse(line) as Answer);
      });
    }
    void ended.then(() => resolve(undefined));
  });
  return { child, ready, ended };
}

/** Ends all that the tests have started, however far it has come, and deletes their folders. */
export async function cleanUp(): Promise<void> {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  for (const folder of folders) {
    if (readdirSync(folder).includes("state")) {
      const state = await openState(join(folder, "state"), { anyVersion: true }).catch(() => undefined);
      if (state !== undefined) {
        const platform = processOf(state, "platform");
        if (platform !== undefined) process.kill(platform, "SIGKILL");
        await stopParts(state);
      }
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  folders.clear();
}

export function pidOf(state: string, name: string): number {
  return Number(readFileSync(join(state, `${name}.pid`), "utf8"));
}

export function isAlive(pid: number): boolean {
  return startMarkOf(pid) !== undefined;
}

/** Kills at once, and waits until the process is gone. */
export async function kill(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A program that listens on a port of this machine. */
export async function occupyPort(): Promise<{ port: number; close: () => void }> {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { port, close: () => server.close() };
}
