/** Runs the unit tests under Hardhat's own coverage, in a process of its own. */

import { globSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../child.ts";

const CONFIG = fileURLToPath(new URL("hardhat.config.ts", import.meta.url));

const HARDHAT = join(ROOT, "node_modules/.bin/hardhat");

/** Where `hardhat.config.ts` beside this file puts them. */
export const INSTRUMENTED_ARTIFACTS = join(ROOT, "coverage/build/artifacts");

/** The one unit test that instrumentation itself makes false: it makes the code longer. */
const ABOUT_SIZE = "fits the 24,576 bytes of EIP-170";

export interface InstrumentedRun {
  passed: boolean;
  /** What Hardhat printed: the tests, then its table. */
  output: string;
}

/** @param root The project's folder. */
export async function runInstrumented(root: string): Promise<InstrumentedRun> {
  const files = globSync("test/unit/**/*.test.ts", { cwd: root }).sort();
  const args = ["--config", CONFIG, "--coverage", "test", "mocha", "--grep-exclude", ABOUT_SIZE, ...files];
  const { status, stdout, stderr } = await runChild([process.execPath, HARDHAT, ...args], {
    cwd: root,
    saying: `Running ${files.length} test files on instrumented contracts (about a minute)`,
  });
  return { passed: status === 0, output: stdout + stderr };
}
