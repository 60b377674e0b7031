/** Runs another program to its end, and shows that it is at work. */
import { spawn } from "node:child_process";
import process from "node:process";
import { openWait } from "./progress.ts";

export interface Finished {
  /** Exit code; null if it was killed, `undefined` if it could not be started. */
  status: number | null | undefined;
  stdout: string;
  stderr: string;
}

/**
 * @param saying What stderr says while it runs; default: nothing.
 * @param environment Replaces variables of this process's own environment.
 * @param started Is given the means to kill it, as a machine that goes down would.
 */
export async function runChild(
  [file = "", ...args]: string[],
  {
    cwd,
    saying,
    environment = {},
    started,
  }: {
    cwd: string;
    saying?: string;
    environment?: Record<string, string>;
    started?: (kill: () => void) => void;
  },
): Promise<Finished> {
  const endWait = saying === undefined ? undefined : openWait(saying);
  try {
    return await new Promise((resolve) => {
      const env = { ...process.env, ...environment };
      const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      started?.(() => child.kill("SIGKILL"));
      const output = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output.stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        output.stderr += text;
      });
      child.on("error", (error) => resolve({ status: undefined, stdout: "", stderr: error.message }));
      child.on("close", (status) => resolve({ status, ...output }));
    });
  } finally {
    endWait?.();
  }
}
