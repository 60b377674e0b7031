/** Runs the platform's services of compose.yaml as Compose does, on this machine and without containers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "@luxxon/chain/root";
import { freePort } from "@luxxon/local/ports";
import { interpolate, platformServices } from "./compose.ts";

export interface Replica {
  /** Such as `api 1`. */
  readonly name: string;
  readonly service: string;
  /** Where it is reached, if it is an API. */
  readonly url: string;
  kill(): Promise<void>;
  /** As `restart: always` does. */
  start(): Promise<void>;
  stop(): Promise<void>;
  log(): string;
}

export interface Where {
  /** What the person who runs Compose has set. */
  variables: Record<string, string>;
  /** Which host and port a name of Compose's network is here. */
  hosts: Record<string, string>;
  logs: string;
}

export async function replicasOf({ variables, hosts, logs }: Where): Promise<Replica[]> {
  const replicas: Replica[] = [];
  for (const [service, { command, replicas: count, environment }] of Object.entries(platformServices())) {
    for (let i = 1; i <= count; i++) {
      const port = await freePort();
      const settings = Object.fromEntries(
        Object.entries(environment).map(([key, text]) => [key, atHome(interpolate(text, variables), hosts)]),
      );
      // Each container has its own port 3010, and the host another for each.
      if (settings.PORT !== undefined) Object.assign(settings, { PORT: String(port), HOST: "127.0.0.1" });
      const name = `${service} ${i}`;
      replicas.push(replica(name, service, port, { command, settings, log: join(logs, `${service}-${i}.log`) }));
    }
  }
  return replicas;
}

function atHome(text: string, hosts: Record<string, string>): string {
  return Object.entries(hosts).reduce((whole, [name, here]) => whole.replace(name, here), text);
}

interface Run {
  command: string[];
  settings: Record<string, string>;
  log: string;
}

function replica(name: string, service: string, port: number, { command, settings, log }: Run): Replica {
  let child: ChildProcess | undefined;
  let began = 0;
  const said = () => {
    try {
      return readFileSync(log, "utf8");
    } catch {
      return "";
    }
  };
  const isOver = () => child === undefined || child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || isOver()) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    name,
    service,
    url: `http://127.0.0.1:${port}`,
    log: said,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    async start() {
      began = said().length;
      const output = openSync(log, "a");
      const [program = "", ...args] = command;
      // The image's Node is the project's here.
      child = spawn(program === "node" ? process.execPath : program, args, {
        cwd: ROOT,
        env: { PATH: process.env.PATH, ...settings },
        stdio: ["ignore", output, output],
      });
      closeSync(output);
      for (const limit = Date.now() + 60_000; !said().slice(began).includes('"msg":"ready"'); await sleep(50))
        if (isOver() || Date.now() > limit)
          throw new Error(`${name} does not start: ${said().slice(began).slice(-500)}`);
    },
  };
}
