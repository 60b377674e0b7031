/** Runs tests in TypeScript in this process, as `npm test` and `npm run test:fork` do. */
import process from "node:process";
import { UsageError } from "@luxxon/chain/usageError";
import Mocha from "mocha";
import { openHardhat } from "../contract/hardhat.ts";

export const MOCHA_FLAGS = { grep: { type: "string" }, bail: { type: "boolean", default: false } } as const;

interface MochaFlags {
  grep?: string | undefined;
  bail?: boolean;
}

/**
 * @param testFiles At least one: Hardhat would take none for every file in test/, whether it is a test or not.
 * @returns Whether every test passed.
 * @throws {UsageError} if there was none to run.
 */
export async function runMocha(testFiles: string[], { grep, bail = false }: MochaFlags = {}): Promise<boolean> {
  const named = grep === undefined ? {} : { grep };
  const { tasks } = await openHardhat();
  const result = await tasks.getTask(["test", "mocha"]).run({ testFiles, noCompile: true, bail, ...named });
  const { success, value } = result as { success: boolean; value?: { summary: { passed: number } } };
  if (success && value?.summary.passed === 0) {
    throw new UsageError(
      `No test was run: ${grep === undefined ? "these files hold none" : `no title matches ${grep}`}.`,
    );
  }
  return success && process.exitCode !== 1;
}

/** @throws {UsageError} if mocha cannot look for it. */
export function checkPattern(grep: string | undefined): void {
  if (grep === undefined) return;
  try {
    new Mocha({ grep });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`--grep takes a regular expression, not "${grep}".`);
  }
}
