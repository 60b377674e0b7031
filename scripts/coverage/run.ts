/** Runs the unit tests under Hardhat's own coverage, in a process of its own. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("hardhat.config.ts", import.meta.url));

/** Where `hardhat.config.ts` beside this file puts them. */
export const INSTRUMENTED_ARTIFACTS = fileURLToPath(new URL("../../coverage/build/artifacts", import.meta.url));

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
  process.stderr.write(`Running ${files.length} test files on instrumented contracts (about a minute) `);
  const progress = setInterval(() => process.stderr.write("."), 2_000);
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, "node_modules/.bin/hardhat"), ...args], {
        cwd: root,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => {
          output += chunk.toString("utf8");
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ passed: code === 0, output }));
    });
  } finally {
    clearInterval(progress);
    process.stderr.write("\n");
  }
}
