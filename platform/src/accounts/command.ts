/** `npm run accounts`: the operator of the platform looks who has signed up, and decides. */
import process from "node:process";
import { debuglog, parseArgs } from "node:util";
import { flagsKeptByNpm } from "@luxxon/chain/config";
import { causeOf } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { systemClock } from "../clock.ts";
import { openDatabase } from "../db/database.ts";
import { findDatabaseUrl } from "../local/databaseUrl.ts";
import { Refused } from "../refusal.ts";
import { DECISIONS, type Decision, decide, type ListedAccount, listAccounts } from "./accounts.ts";

const HELP = `Shows who has signed up for an account, and decides about them.

  npm run accounts -- list                all accounts; those that wait for a decision first
  npm run accounts -- approve EMAIL       may make API keys and use them; also after a rejection or a suspension
  npm run accounts -- reject EMAIL        of one that waits
  npm run accounts -- suspend EMAIL       of one that is approved: its keys open nothing until it is approved again

  --json    JSON on stdout (npm run --silent accounts -- list --json, so that npm prints nothing of its own)
  --help    this text

Works on the database that DATABASE_URL names; else on that of the platform that npm start runs (in LUXXON_STATE_DIR;
default: .luxxon in this folder).

Exit code: 0 if it is so now, 1 if it cannot be, 2 if you can put it right.`;

const FLAGS = {
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const debug = debuglog("luxxon");

// A reader that has seen enough is no error.
process.stdout.on("error", () => undefined);

try {
  process.exitCode = await main();
} catch (error) {
  const usage = causeOf(error, UsageError);
  process.exitCode = usage === undefined ? 1 : 2;
  const message = error instanceof Error ? error.message : String(error);
  console.error(usage?.message ?? `${message.split("\n").join(" ")} (NODE_DEBUG=luxxon shows where)`);
  debug("%O", error);
}

async function main(): Promise<number> {
  const { values, positionals } = parse();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [verb, email, ...rest] = positionals;
  if (verb === undefined) throw new UsageError(`What? list, ${DECISIONS.join(", ")}; see --help.`);
  const decision = DECISIONS.find((it) => it === verb);
  if (decision === undefined && verb !== "list")
    throw new UsageError(`There is no "${verb}": list, ${DECISIONS.join(", ")}; see --help.`);
  if (decision !== undefined && email === undefined) throw new UsageError(`${verb} takes an email; see --help.`);
  if (rest.length > 0 || (decision === undefined && email !== undefined))
    throw new UsageError(`${verb} takes ${decision === undefined ? "nothing else" : "one email"}; see --help.`);

  const db = openDatabase(await findDatabaseUrl(process.env), { connections: 1 });
  try {
    if (decision !== undefined && email !== undefined)
      return answer(decision, email, await decide(db, { clock: systemClock }, decision, email), values.json);
    const accounts = await listAccounts(db);
    if (values.json) console.log(JSON.stringify(accounts, undefined, 2));
    else console.log(accounts.length === 0 ? "Nobody has signed up yet." : table(accounts));
    return 0;
  } catch (error) {
    throw inOurWords(error);
  } finally {
    await db.close();
  }
}

function answer(
  decision: Decision,
  email: string,
  decided: Awaited<ReturnType<typeof decide>>,
  isJson: boolean,
): number {
  if (decided.outcome === "unknown") {
    console.error(`Nobody has signed up as ${JSON.stringify(email)}.`);
    return 1;
  }
  const { outcome, account } = decided;
  const state = account.state.toLowerCase();
  if (outcome === "refused") {
    console.error(`${account.email} is ${state}: ${decision} is not for it; see --help.`);
    return 1;
  }
  if (isJson) console.log(JSON.stringify(account, undefined, 2));
  else console.log(`${account.email} ${outcome === "unchanged" ? "was already" : "is now"} ${state}.`);
  return 0;
}

function table(accounts: readonly ListedAccount[]): string {
  const rows = accounts.map(({ email, state, apiKeys, createdAt, org, scope }) => [
    state.toLowerCase(),
    email,
    String(apiKeys),
    createdAt.toISOString().slice(0, 16).replace("T", " "),
    // Marks that turn a line's direction would show one organisation as another.
    org.replace(/\p{Cf}/gu, "�"),
    addressesIn(scope),
  ]);
  const all = [["state", "email", "keys", "signed up (UTC)", "organisation", "scope"], ...rows];
  const widths = (all[0] ?? []).map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** "base: 2 addresses, sui: 1 address"; whatever the names of the chains hold, it is one line. */
function addressesIn(scope: ListedAccount["scope"]): string {
  const chains = Object.entries(scope).map(([chain, { validator_addresses = [], delegator_addresses = [] }]) => {
    const count = validator_addresses.length + delegator_addresses.length;
    return `${chain.replace(/[\p{Cc}\p{Cf}]/gu, "�")}: ${count} ${count === 1 ? "address" : "addresses"}`;
  });
  return chains.join(", ") || "empty";
}

/** What somebody who runs this can put right, said so. */
function inOurWords(error: unknown): unknown {
  const { code } = error as { code?: string };
  if (code === "42P01")
    return new UsageError("The database has no accounts yet: run this version's platform on it once.");
  if (code === "28P01" || code === "28000" || code === "3D000")
    return new UsageError(`The database does not let this in: ${(error as Error).message}.`);
  if (error instanceof Refused && error.code === "DATABASE_ERROR")
    return new UsageError("The database cannot be reached: is it running, and is DATABASE_URL right?");
  return error;
}

function parse() {
  const [kept] = flagsKeptByNpm("platform/src/accounts/command.ts", Object.keys(FLAGS));
  if (kept !== undefined) throw new UsageError(`npm took --${kept} for its own: put -- before the flags.`);
  try {
    return parseArgs({ options: FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // "Unknown option '--x'. To specify a positional argument …": the first sentence says it.
    throw new UsageError(`${error.message.split(/\.\s/)[0]}; see --help.`);
  }
}
