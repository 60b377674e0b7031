/** Runs a command and reads its flags; what goes wrong is said in one clear line instead of a stack trace. */
import process from "node:process";
import { debuglog, type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { flagsKeptByNpm } from "@luxxon/chain/config";
import { causeOf } from "@luxxon/chain/rpc/problems";
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
  const [kept] = flagsKeptByNpm(process.argv[1] ?? "", Object.keys(options));
  if (kept !== undefined) throw new UsageError(`npm took --${kept} for its own: put -- before the flags.`);
  try {
    return parseArgs({ options, allowPositionals, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // "Unknown option '--x'. To specify a positional argument …": the first sentence says it.
    throw new UsageError(`${error.message.split(/\.\s/)[0]}; see --help.`);
  }
}

/** The one that a flag names. @throws {UsageError} if it names none of them, or was left out. */
export function oneOf<One>(
  flag: string,
  text: string | undefined,
  all: readonly One[],
  nameOf: (one: One) => string = String,
): One {
  const named = all.find((one) => nameOf(one) === text);
  if (named !== undefined) return named;
  // "a, b or c"
  const names = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(all.map(nameOf));
  throw new UsageError(text === undefined ? `${flag} is missing: ${names}.` : `${flag} takes ${names}, not "${text}".`);
}

export interface Numbers {
  /** What they count, in words. */
  unit?: string;
  /** Both included; no flag takes a number below 0. */
  least?: number;
  most?: number;
  /** How many digits may follow the point; default: none. */
  decimals?: number;
}

/** A flag's value as a number; nothing if the flag was left out. @throws {UsageError} if it is no such number. */
export function numberOf(flag: string, text: string, numbers?: Numbers): number;
export function numberOf(flag: string, text: string | undefined, numbers?: Numbers): number | undefined;
export function numberOf(flag: string, text: string | undefined, { unit, least, most, decimals = 0 }: Numbers = {}) {
  if (text === undefined) return undefined;
  const [, fraction = ""] = text.split(".");
  const value = /^\d+(\.\d+)?$/.test(text) && fraction.length <= decimals ? Number(text) : Number.NaN;
  if (value >= (least ?? 0) && value <= (most ?? Number.MAX_SAFE_INTEGER)) return value;
  const what = unit ?? (decimals === 0 ? "a whole number" : "a number");
  const range = `${least === undefined ? "" : ` from ${least}`}${most === undefined ? "" : ` to ${most}`}`;
  throw new UsageError(`${flag} takes ${what}${range}, not "${text}".`);
}

/** The first second of the day that a flag names, in UTC. @throws {UsageError} if it names none. */
export function dayOf(flag: string, text: string): number {
  const start = Date.parse(`${text}T00:00:00Z`);
  // A 30 February would be taken for a day in March.
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(start) && new Date(start).toISOString().startsWith(text)) {
    return start / 1_000;
  }
  throw new UsageError(`${flag} takes a day such as 2026-11-22, not "${text}".`);
}

/** Runs a command: exit code 0, 1 if `main` says so or fails, 2 if the user can put it right. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  // A reader that has seen enough (`npm run demo | head`) is no error; who has something to stop first listens to SIGPIPE.
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") process.exit(1);
    if (!process.emit("SIGPIPE", "SIGPIPE")) process.exit(0);
  });
  try {
    process.exitCode = await main();
  } catch (error) {
    process.exitCode = causeOf(error, UsageError) === undefined ? 1 : 2;
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
  const usage = causeOf(error, UsageError);
  if (usage !== undefined) return usage.message;
  if (!(error instanceof Error)) return String(error);
  const message = "shortMessage" in error ? String(error.shortMessage) : error.message;
  return `${message.split("\n").join(" ")} (NODE_DEBUG=luxxon shows where)`;
}
