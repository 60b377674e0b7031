/** What all commands share: flags, `--help`, and one clear line instead of a stack trace. */
import process from "node:process";
import { debuglog, type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "@luxxon/chain/usageError";

const debug = debuglog("luxxon");

/**
 * Reads the flags of a command.
 *
 * @param help What `--help` prints.
 * @param options The flags, as `util.parseArgs` describes them.
 * @param allowPositionals Whether the command takes anything but flags.
 */
export function readFlags<const T extends ParseArgsOptionsConfig>(help: string, options: T, allowPositionals = false) {
  if (process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) {
    console.log(help);
    process.exit(0);
  }
  try {
    return parseArgs({ options, allowPositionals, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // "Unknown option '--x'. To specify a positional argument …": the first sentence says it.
    throw new UsageError(`${error.message.split(/\.\s/)[0]}; see --help.`);
  }
}

/** Runs a command: exit code 0, 1 if `main` says so or fails, 2 if the user can put it right. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  // A reader that has seen enough (`npm run demo | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    console.error(messageOf(error));
    debug("%O", error);
  }
  // Chains that are still open would keep the process alive; and what a pipe has not taken yet would be lost.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const message = "shortMessage" in error ? String(error.shortMessage) : error.message;
  return `${message.split("\n").join(" ")} (NODE_DEBUG=luxxon shows where)`;
}
