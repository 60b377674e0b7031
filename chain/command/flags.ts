/** Reads the flags of a command. What is wrong with one is said in one line, for exit code 2. */
import process from "node:process";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { flagsKeptByNpm } from "../config.ts";
import { UsageError } from "../usageError.ts";

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
