/** `npm start`: the whole platform on this machine, from nothing, in the foreground. */
import { join } from "node:path";
import process from "node:process";
import { debuglog } from "node:util";
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { ROOT } from "@luxxon/chain/root";
import { causeOf } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { isFree } from "@luxxon/local/ports";
import { keepChain } from "./anvil.ts";
import { consoleBuilder } from "./console.ts";
import { type Parts, startParts, stopParts } from "./parts.ts";
import { findPlatform, followPlatform, stopPlatform } from "./platformProcess.ts";
import { readyText, runningText } from "./ready.ts";
import {
  emptyState,
  forgetProcess,
  lockState,
  openState,
  PARTS,
  processOf,
  rememberPlatform,
  rememberProcess,
  type State,
} from "./state.ts";

const ROLES = ["api", "relayer", "watcher", "clock"] as const;
const DEFAULT_PORT = 3010;

const HELP = `Runs the whole platform on this machine: a local Base with Circle's USDC and the contract, Postgres, SpiceDB, the API,
relayer, watcher and clock. Ctrl-C stops all of it.

  npm start [-- [--port 3010] [--role api,relayer,watcher,clock] [--fresh] [--json]]

  --port    where the API listens on 127.0.0.1; default: ${DEFAULT_PORT}
  --role    what of the platform runs; default: all
  --fresh   first stops what runs, and deletes the state: chain, database and all
  --json    one JSON object on stdout when it is ready
  --help    this text

The state lies in LUXXON_STATE_DIR; default: .luxxon in this folder. What still runs there is used as it is, and what
has died is started again.

Exit code: 0 if it was stopped, 1 if it failed, 2 if you can put it right.`;

const FLAGS = {
  port: { type: "string", default: String(DEFAULT_PORT) },
  role: { type: "string", default: ROLES.join(",") },
  fresh: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

/** What a request that is under way may still take; the platform stands a kill at any moment. */
const CLOSE_WITHIN_MS = 15_000;

const debug = debuglog("luxxon");

/** What ends this command: Ctrl-C, `kill`, a terminal that is closed. Whatever comes after the first changes nothing. */
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());
// A reader that has seen enough, or a terminal that has gone, is no error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

try {
  process.exitCode = await main();
} catch (error) {
  if (error === stopping.signal.reason) process.exit(0);
  const usage = causeOf(error, UsageError);
  process.exitCode = usage === undefined ? 1 : 2;
  const message = usage?.message ?? (error instanceof Error ? error.message : String(error));
  console.error(message.split("\n").join(" "), ...(usage === undefined ? ["(NODE_DEBUG=luxxon shows where)"] : []));
  debug("%O", error);
}
process.exit();

async function main(): Promise<number> {
  const { port, roles, fresh, json } = readSettings();
  const state = await openState(process.env.LUXXON_STATE_DIR || join(ROOT, ".luxxon"), { anyVersion: fresh });
  const say = (text: string) => (json ? undefined : console.log(text));
  // The platform that runs needs the lock to stop: it goes before.
  if (fresh) await stopPlatform(state);
  let unlock = await lockState(state, { signal: stopping.signal });
  if (fresh) {
    await stopParts(state);
    await emptyState(state);
  }

  const alive = await findPlatform(state);
  if (alive !== undefined) {
    const parts = await start(state);
    if (parts !== undefined) {
      if (json) console.log(JSON.stringify(answerOf(parts, alive)));
      else say(runningText(alive, parts.started));
      unlock();
      const hasEnded = await followPlatform(alive.pid, stopping.signal);
      if (hasEnded) {
        say(`The platform (process ${alive.pid}) has ended.`);
        return 0;
      }
      await stopPlatform(state);
      unlock = await lockState(state);
    }
    await stopParts(state);
    unlock();
    return 0;
  }

  if (roles.includes("api") && !(await isFree(port))) throw portInUse(port);
  say("Starting the chain, Postgres and SpiceDB …");
  // While they start; what is wrong with it is said when it is run.
  load().catch(() => undefined);
  const consoleFolder = consoleBuilder(() => say("Building the console …"));
  // Whoever reads JSON may never open the page, which is then built when somebody does.
  const building = json || !roles.includes("api") ? undefined : consoleFolder();
  building?.catch(() => undefined);
  const parts = await start(state);
  const leaveChain = keepChain(state);
  if (parts !== undefined) {
    const platform = await run(parts, { port, roles, consoleFolder }).catch(async (error: unknown) => {
      await forgetProcess(state, "platform");
      await stopParts(state, parts.started);
      if (causeOf(error, UsageError) === undefined && isInUse(error)) throw portInUse(port);
      throw error;
    });
    await rememberPlatform(state, { url: platform.url, roles });
    const answer = answerOf(parts, { pid: process.pid, url: platform.url });
    if (json) console.log(JSON.stringify(answer));
    else {
      const problem = await building?.then(
        () => undefined,
        (error: Error) => error.message,
      );
      say(problem === undefined ? readyText(answer) : `${readyText(answer)}\n\n${problem}`);
    }
    unlock();

    await aborted(stopping.signal);
    say("\nStopping …");
    // Another start that is at work here ends first; then nobody begins one.
    unlock = await lockState(state);
    await Promise.race([platform.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS))]);
  }
  leaveChain();
  await stopParts(state);
  await forgetProcess(state, "platform");
  unlock();
  return 0;
}

/** @returns Nothing if this command is to end. What has been started by then has yet to be stopped. */
async function start(state: State): Promise<Parts | undefined> {
  const before = PARTS.filter((part) => processOf(state, part) !== undefined);
  try {
    const parts = await startParts({ state, signal: stopping.signal });
    return stopping.signal.aborted ? undefined : parts;
  } catch (error) {
    if (stopping.signal.aborted) return undefined;
    await stopParts(
      state,
      PARTS.filter((part) => !before.includes(part)),
    );
    throw error;
  }
}

/** Loads the platform's code. */
function load() {
  return Promise.all([import("../config.ts"), import("../main.ts")]);
}

interface Running {
  port: number;
  roles: string[];
  consoleFolder: () => Promise<string>;
}

async function run({ env, state }: Parts, { port, roles, consoleFolder }: Running) {
  const [{ readConfig }, { runPlatform }] = await load();
  // The user's own settings count where the parts have none.
  const own = { PUBLIC_URL: `http://127.0.0.1:${port}`, ...process.env };
  const config = readConfig({ ...own, ...env, PORT: String(port), ROLES: roles.join(",") });
  await rememberProcess(state, "platform", process.pid);
  const { url = own.PUBLIC_URL, close } = await runPlatform(config, {
    logFile: join(state.path("logs"), "platform.log"),
    consoleFolder,
  });
  return { url, close };
}

function answerOf({ env, state, chainId, contracts, wallets }: Parts, { pid, url }: { pid: number; url: string }) {
  return {
    url,
    pid,
    rpcUrl: env.RPC_URL ?? "",
    chainId,
    settlement: contracts.settlement,
    usdc: contracts.usdc,
    deploymentBlock: contracts.deploymentBlock,
    wallets,
    state: state.folder,
    logs: state.path("logs"),
  };
}
export type Answer = ReturnType<typeof answerOf>;

function readSettings() {
  const { values } = readFlags(HELP, FLAGS);
  const port = numberOf("--port", values.port, { unit: "a number", least: 1, most: 65_535 });
  const roles = values.role.split(",").map((role) => role.trim());
  const unknown = roles.find((role) => !ROLES.some((known) => known === role));
  if (unknown !== undefined) throw new UsageError(`--role takes some of ${ROLES.join(", ")}, not "${unknown}".`);
  return { ...values, port, roles };
}

function portInUse(port: number): UsageError {
  return new UsageError(`Port ${port} is in use by another program: end it, or name another with --port.`);
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // Handlers of signals do not keep the process alive; the platform's server does, but not every role has one.
  const awake = setInterval(() => undefined, 60_000);
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      clearInterval(awake);
      resolve();
    });
  });
}
