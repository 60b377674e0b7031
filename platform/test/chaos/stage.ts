/** Runs `npm start` in a folder of its own, kills its processes, and starts it again. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort } from "@luxxon/local/ports";
import { endProgram, hasEnded, startProgram } from "@luxxon/local/program";
import { stopParts } from "../../src/local/parts.ts";
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

/**
 * @param settings Environment variables of the platform.
 * @param interrupt Gives up, here and in `startAgain`.
 */
export async function openStage(settings: Record<string, string>, interrupt?: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "luxxon-chaos-"));
  const port = await freePort();

  const start = async () => {
    const { child, line } = await startProgram(["platform/src/local/command.ts", "--json", "--port", String(port)], {
      environment: { ...settings, LUXXON_STATE_DIR: folder },
      signal: interrupt,
    });
    return { child, answer: JSON.parse(line) as Answer };
  };
  const close = async (isKept: boolean) => {
    await stopParts(await openState(folder));
    if (!isKept) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  let starting = start();
  let { child: main, answer } = await starting.catch(async (error: unknown) => {
    await close(false);
    throw error;
  });
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
      if (names.includes("platform") && !hasEnded(main)) await once(main, "exit");
    },
    async startAgain() {
      starting = start();
      const next = await starting;
      answer = next.answer;
      if (next.answer.pid === next.child.pid) main = next.child;
      // It has started what was dead, and follows the platform that lives: what ends it must not end that one too.
      else await endProgram(next.child, "SIGKILL");
    },
    async close(isKept) {
      // One that is under way gives up, or is the one to end.
      const last = await starting.catch(() => undefined);
      for (const child of [last?.child, main]) if (child !== undefined) await endProgram(child);
      await close(isKept);
    },
  };
}
