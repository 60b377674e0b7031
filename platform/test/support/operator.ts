/** Runs a command of the operator's as a process of its own, with an environment that names nothing by itself. */
import { execFile } from "node:child_process";
import { ROOT } from "@luxxon/chain/root";

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

export function runCommand(
  file: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const { DATABASE_URL: _, LUXXON_STATE_DIR: __, ...env } = process.env;
    execFile(
      process.execPath,
      [file, ...args],
      { cwd: ROOT, env: { ...env, ...environment } },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
