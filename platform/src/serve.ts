/**
 * Runs the platform in the foreground, as its environment says: `node platform/src/serve.ts` is each process of a
 * production. `npm start` runs the same code on parts of its own.
 */
import process from "node:process";
import { causeOf } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { readConfig } from "./config.ts";
import { runPlatform } from "./main.ts";

/** What a request that is under way may still take; the platform stands a kill at any moment. */
const CLOSE_WITHIN_MS = 15_000;

const stopped = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
});
// Handlers of signals do not keep a process alive, and not every role has a server that does.
const awake = setInterval(() => undefined, 60_000);

try {
  const platform = await runPlatform(readConfig(process.env));
  await stopped;
  await Promise.race([platform.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS))]);
} catch (error) {
  const usage = causeOf(error, UsageError);
  process.exitCode = usage === undefined ? 1 : 2;
  console.error(usage?.message ?? error);
}
clearInterval(awake);
process.exit();
