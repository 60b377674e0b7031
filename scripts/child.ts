/** Runs another program to its end, and shows that it is at work. */
import { spawn } from "node:child_process";
import process from "node:process";
import { openWait } from "./progress.ts";

export interface ChildOptions {
  cwd: string;
  /** What it reads from stdin; default: nothing. */
  input?: string;
  /** What stderr says while it runs; default: nothing. */
  saying?: string;
  /** Replaces variables of this process's own environment. */
  environment?: Record<string, string>;
  /** Is given the means to kill it, as a machine that goes down would. */
  started?: (kill: () => void) => void;
}

export interface Finished {
  /** Exit code; null if it was killed, `undefined` if it could not be started. */
  status: number | null | undefined;
  stdout: string;
  stderr: string;
}

export async function runChild(
  [file = "", ...args]: string[],
  { cwd, input = "", saying, environment = {}, started }: ChildOptions,
): Promise<Finished> {
  const endWait = saying === undefined ? undefined : openWait(saying);
  try {
    return await new Promise((resolve) => {
      const child = spawn(file, args, { cwd, env: { ...process.env, ...environment } });
      started?.(() => child.kill("SIGKILL"));
      const output = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          output[name] += text;
        });
      }
      child.on("error", (error) => resolve({ status: undefined, stdout: "", stderr: error.message }));
      child.on("close", (status) => resolve({ status, ...output }));
      // A program that ends without having read all of it is no error of ours.
      child.stdin.on("error", () => undefined).end(input);
    });
  } finally {
    endWait?.();
  }
}

/** What a program prints. @throws if it fails, with what it says about it. */
export async function outputOf(command: string[], options: ChildOptions): Promise<string> {
  const { status, stdout, stderr } = await runChild(command, options);
  if (status === 0) return stdout;
  throw new Error(`${command.join(" ")}: ${stderr.trim() || stdout.trim() || `exit code ${status}`}`);
}
