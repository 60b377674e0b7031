/** Starts a platform of its own, in a temporary folder on free ports, and stops all of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@luxxon/chain/usageError";
import { freePort } from "@luxxon/local/ports";
import { endProgram, startProgram } from "@luxxon/local/program";

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
  const deleteFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const args = ["platform/src/local/command.ts", "--port", String(await freePort()), "--json"];
    const environment = { LUXXON_STATE_DIR: join(folder, "state") };
    const { child, line } = await startProgram(args, { environment, signal: interrupt });
    const { url } = JSON.parse(line) as { url: string };
    return { url, stop: () => endProgram(child).finally(deleteFolder) };
  } catch (error) {
    await deleteFolder();
    throw error;
  }
}
