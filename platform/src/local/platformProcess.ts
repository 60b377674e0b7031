/** Finds the platform that another `npm start` runs, waits for its end, and ends it. */
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, startMarkOf } from "./processes.ts";
import { forgetProcess, processOf, readPlatform, type State } from "./state.ts";

export interface RunningPlatform {
  pid: number;
  url: string;
}

/** One that lives and has not answered for so long is as good as dead. */
const ANSWERS_WITHIN_MS = 5_000;

/** @returns Nothing if none lives. One that lives and does not answer is killed: whatever it was doing stands that. */
export async function findPlatform(state: State): Promise<RunningPlatform | undefined> {
  const pid = processOf(state, "platform");
  if (pid === undefined) return undefined;
  const running = await readPlatform(state);
  if (running !== undefined) {
    const { url, roles } = running;
    if (!roles.includes("api") || (await answers(url))) return { pid, url };
  }
  await endProcess(pid, []);
  await forgetProcess(state, "platform");
  return undefined;
}

async function answers(url: string): Promise<boolean> {
  for (const end = Date.now() + ANSWERS_WITHIN_MS; Date.now() < end; await sleep(200)) {
    const signal = AbortSignal.timeout(2_000);
    const response = await fetch(new URL("/api/v1/health/live", url), { signal }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return true;
  }
  return false;
}

/** @returns True when it has ended, false when `signal` came first. */
export async function followPlatform(pid: number, signal: AbortSignal): Promise<boolean> {
  const mark = startMarkOf(pid);
  while (!signal.aborted) {
    if (mark === undefined || startMarkOf(pid) !== mark) return true;
    await sleep(300, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Has the platform stop, and with it the parts: as Ctrl-C where it runs. */
export async function stopPlatform(state: State): Promise<void> {
  const pid = processOf(state, "platform");
  if (pid !== undefined && pid !== process.pid) await endProcess(pid, [["SIGTERM", 60_000]]);
  await forgetProcess(state, "platform");
}
