/**
 * Sets the stage: Postgres, SpiceDB and the chain in a temporary folder, and the platform in processes of its own, started
 * as in production.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "@luxxon/chain/root";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { freePort } from "@luxxon/local/ports";
import { endProgram, hasEnded, type Program, startProgram } from "@luxxon/local/program";
import pg from "pg";
import { type Chain, chainOver } from "../../src/chain/chain.ts";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { type Parts, startParts, stopParts } from "../../src/local/parts.ts";
import { startPostgres, stopPostgres } from "../../src/local/postgres.ts";
import { openState, type State } from "../../src/local/state.ts";

/** Seconds, of the settings that the figures are held against. */
export const BATCH_WAIT = 2;
export const CONFIRMED_AFTER = 1;
/** The local chain's, without traffic. */
export const BLOCK_SECONDS = 2;

/** As each process of a production is started. */
const SERVE = ["--max-semi-space-size=8", "platform/src/serve.ts"];

export interface Server {
  /** With `/api/v1`. */
  api: string;
  pid: number;
  stop(): Promise<void>;
}

export interface Stage {
  parts: Parts;
  chain: Chain;
  /** The platform's own database, for what only it knows. */
  db: Database;
  databaseUrl: string;
  /** Starts a process of the platform with these roles, and waits until it is ready. */
  start(roles: string): Promise<Server>;
  /** Runs another program beside it. */
  run(args: readonly string[]): Promise<Program>;
  /** Stops and deletes all of it. */
  close(): Promise<void>;
}

/** @param interrupt Gives up, also whatever is started later. */
export async function openStage(interrupt?: AbortSignal): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "luxxon-load-"));
  const state = await openState(folder);
  const children = new Set<ChildProcess>();
  const close = async () => {
    await Promise.all([...children].map((child) => endProgram(child)));
    await stopParts(state);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await countStatements(state, interrupt);
    const parts = await startParts({ state, ...(interrupt === undefined ? {} : { signal: interrupt }) });
    const { FAUCET_KEY: _, ...env } = parts.env;
    const databaseUrl = env.DATABASE_URL ?? "";
    let started = 0;

    const start = async (roles: string): Promise<Server> => {
      const port = await freePort();
      interrupt?.throwIfAborted();
      const url = `http://127.0.0.1:${port}`;
      const log = state.path("logs", `platform-${started++}.log`);
      const output = openSync(log, "a");
      const child = spawn(process.execPath, SERVE, {
        cwd: ROOT,
        env: {
          ...env,
          PATH: process.env.PATH,
          // As the image sets it.
          MALLOC_ARENA_MAX: "2",
          NODE_ENV: "production",
          ROLES: roles,
          PORT: String(port),
          PUBLIC_URL: url,
          MEDIA_BACKEND: "instant",
          BATCH_WAIT: String(BATCH_WAIT),
          CONFIRMED_AFTER: String(CONFIRMED_AFTER),
          GAS_BUDGET_HOUR: "100",
          GAS_BUDGET_DAY: "100",
        },
        stdio: ["ignore", output, output],
      });
      closeSync(output);
      children.add(child);
      const said = () => readFileSync(log, "utf8");
      for (const limit = Date.now() + 30_000; !said().includes('"msg":"ready"'); await sleep(50)) {
        if (hasEnded(child) || Date.now() > limit)
          throw new Error(`the platform does not start: ${said().slice(-500)}`);
      }
      return {
        api: `${url}/api/v1`,
        pid: child.pid as number,
        stop: () => endProgram(child),
      };
    };
    const run = async (args: readonly string[]): Promise<Program> => {
      const program = await startProgram(args, { signal: interrupt });
      children.add(program.child);
      return program;
    };

    const db = openDatabase(databaseUrl, { connections: 4 });
    const endpoint = openEndpoint("RPC_URL", env.RPC_URL ?? "");
    const chain = chainOver(parts.contracts.settlement as `0x${string}`, (method, params) =>
      endpoint.ask(method, params),
    );
    return {
      parts,
      chain,
      db,
      databaseUrl,
      start,
      run,
      async close() {
        await db.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Has Postgres count the statements that it is sent: that takes a library that is loaded at its start. */
async function countStatements(state: State, interrupt?: AbortSignal): Promise<void> {
  const { url } = await startPostgres(state, interrupt);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
  await client.query("create extension pg_stat_statements");
  await client.end();
  await stopPostgres(state);
}
