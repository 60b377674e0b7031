/** Runs another program, and shows that it is at work. */
import { spawn } from "node:child_process";
import process from "node:process";

export interface Finished {
  /** Exit code; `undefined` if the program could not be started. */
  status: number | null | undefined;
  stdout: string;
  stderr: string;
}

/**
 * @param saying What stderr says while it runs, with dots that grow.
 * @param environment Replaces variables of this process's own environment.
 */
export async function runChild(
  [file = "", ...args]: string[],
  { cwd, saying, environment = {} }: { cwd: string; saying: string; environment?: Record<string, string> },
): Promise<Finished> {
  process.stderr.write(`${saying} `);
  const progress = setInterval(() => process.stderr.write("."), 2_000);
  try {
    return await new Promise((resolve) => {
      const env = { ...process.env, ...environment };
      const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
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
    clearInterval(progress);
    process.stderr.write("\n");
  }
}
