/** Runs `npm start` in a folder of its own, kills its processes, and starts it again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { stopParts } from "../../src/local/parts.ts";
import { freePort } from "../../src/local/ports.ts";
import { openState, type ProcessName } from "../../src/local/state.ts";

/** What `npm start -- --json` says, as far as it is used here. */
export interface Answer {
  url: string;
  pid: number;
  rpcUrl: string;
  settlement: `0x${string}`;
  usdc: `0x${string}`;
  deploymentBlock: number;
}

export interface Stage {
  readonly answer: Answer;
  readonly folder: string;
  databaseUrl(): string;
  /** `kill -9`, of all of these at one moment. */
  kill(names: readonly ProcessName[]): Promise<void>;
  /** What a person does then: `npm start`, which starts what is dead. */
  startAgain(): Promise<void>;
  /** Stops all of it; deletes the folder unless it is to be kept. */
  close(isKept: boolean): Promise<void>;
}

/** @param settings Environment variables of the platform. */
export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "luxxon-chaos-"));
  const port = await freePort();

  const start = async (): Promise<{ child: ChildProcess; answer: Answer }> => {
    const child = spawn(process.execPath, ["platform/src/local/command.ts", "--json", "--port", String(port)], {
      cwd: ROOT,
      env: { ...process.env, ...settings, LUXXON_STATE_DIR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    const answer = await new Promise<Answer>((resolve, reject) => {
      for (const name of ["stdout", "stderr"] as const) {
        child[name]?.setEncoding("utf8").on("data", (text: string) => {
          output[name] += text;
          const line = output.stdout.split("\n").find((it) => it.startsWith("{") && it.endsWith("}"));
          if (line !== undefined) resolve(JSON.parse(line) as Answer);
        });
      }
      child.on("close", (status) => reject(new Error(`npm start ended with ${status}: ${output.stderr.trim()}`)));
    });
    return { child, answer };
  };

  let { child: main, answer } = await start();
  const isOver = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
  const end = async (child: ChildProcess, signal: NodeJS.Signals) => {
    if (isOver(child)) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const pidOf = (name: ProcessName) => Number(readFileSync(join(folder, `${name}.pid`), "utf8"));

  return {
    get answer() {
      return answer;
    },
    folder,
    databaseUrl() {
      const { postgresPassword } = JSON.parse(readFileSync(join(folder, "secrets.json"), "utf8"));
      const databasePort = readFileSync(join(folder, "ports", "postgres"), "utf8").trim();
      return `postgres://luxxon:${postgresPassword}@127.0.0.1:${databasePort}/luxxon`;
    },
    async kill(names) {
      for (const name of names) {
        try {
          process.kill(pidOf(name), "SIGKILL");
        } catch {
          // It was dead.
        }
      }
      if (names.includes("platform") && !isOver(main)) await once(main, "exit");
    },
    async startAgain() {
      const next = await start();
      answer = next.answer;
      if (next.answer.pid === next.child.pid) main = next.child;
      // It has started what was dead, and follows the platform that lives: what ends it must not end that one too.
      else await end(next.child, "SIGKILL");
    },
    async close(isKept) {
      await end(main, "SIGTERM");
      await stopParts(await openState(folder));
      if (!isKept) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
