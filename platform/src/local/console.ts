/** Builds the console in a process of its own, which needs a hundred megabytes for three seconds. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";

/**
 * @param onStart Is called if it has to be built.
 * @returns What builds it when it is first called, if anything of it has changed since it was last built; it answers the
 *   folder. One that failed is tried again by the next call.
 */
export function consoleBuilder(onStart = () => {}): () => Promise<string> {
  let building: Promise<string> | undefined;
  return () => {
    building ??= build(onStart);
    building.catch(() => {
      building = undefined;
    });
    return building;
  };
}

async function build(onStart: () => void): Promise<string> {
  const child = spawn(process.execPath, ["console/build/command.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  let said = "";
  child.stderr.on("data", (chunk) => {
    if (said === "" && String(chunk).startsWith("Building")) onStart();
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
  process.off("exit", end);
  if (code !== 0) throw new UsageError(`The console cannot be built: ${said.trim().split("\n").at(-1)}`);
  return join(ROOT, "console", "dist");
}
