/** Runs a command to its exit code; what goes wrong is said in one clear line instead of a stack trace. */
import process from "node:process";
import { debuglog } from "node:util";
import { causeOf } from "../rpc/problems.ts";
import { UsageError } from "../usageError.ts";
import { Interrupted, interruptBy, interruption } from "./interrupt.ts";

const debug = debuglog("luxxon");

/** Exit code 0, 1 if `main` says so or fails, 2 if the user can put it right, 128 and the signal's number if one ended it. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", hasNoReader);
  try {
    process.exitCode = await main();
    const reason = interruption();
    if (reason !== undefined) throw reason;
  } catch (error) {
    // Whatever fails while a command is ended fails because of that.
    process.exitCode = explain(interruption() ?? error);
    debug("%O", error);
  }
  // Chains that are still open would keep the process alive; and what a pipe has not taken yet would be lost.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

/** A reader that has seen enough (`npm run demo | head`) is no error. */
function hasNoReader(error: NodeJS.ErrnoException): void {
  const isDone = error.code === "EPIPE";
  if (!interruptBy(isDone ? new Interrupted("SIGPIPE") : error)) process.exit(isDone ? 0 : 1);
}

/** @returns The exit code. */
function explain(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  const usage = causeOf(error, UsageError);
  console.error(usage?.message ?? messageOf(error));
  return usage === undefined ? 1 : 2;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = "shortMessage" in error ? String(error.shortMessage) : error.message;
  return `${message.split("\n").join(" ")} (NODE_DEBUG=luxxon shows where)`;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
