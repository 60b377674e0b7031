/** Starts a platform of its own, in a temporary folder on free ports, and stops all of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { unless } from "./interrupt.ts";

export interface RunningPlatform {
  /** Without a slash at its end, and without `/api/v1`. */
  url: string;
  stop(): Promise<void>;
}

/** A platform that runs already. @throws {UsageError} if none does. */
export async function platformAt(text: string): Promise<RunningPlatform> {
  if (!URL.canParse(text)) throw new UsageError(`--url takes the URL of a platform, not "${text}".`);
  const url = new URL(text).href.replace(/\/(api\/v1\/?)?$/, "");
  const answers = await fetch(`${url}/api/v1/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!answers) throw new UsageError(`No platform answers at ${url}: start one with npm start.`);
  return { url, stop: async () => undefined };
}

export async function startPlatform(interrupt: AbortSignal): Promise<RunningPlatform> {
  const folder = await mkdtemp(join(tmpdir(), "luxxon-demo-"));
  const port = await freePort();
  const args = ["platform/src/local/command.ts", "--port", String(port), "--json"];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, LUXXON_STATE_DIR: join(folder, "state"), npm_lifecycle_script: "" },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C is for the demo: it stops the platform in its own time.
    detached: true,
  });
  const stop = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url } = JSON.parse(await unless(interrupt, firstLineOf(child))) as { url: string };
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstLineOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    let printed = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      if (printed.includes("\n")) resolve(printed.slice(0, printed.indexOf("\n")));
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`The platform did not start: ${said.trim() || "it said nothing"}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("close", () => resolve());
    child.kill("SIGTERM");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
