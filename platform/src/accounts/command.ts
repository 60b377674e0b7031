/** `npm run accounts`: the operator of the platform looks who has signed up, and decides. */
import { UsageError } from "@luxxon/chain/usageError";
import { systemClock } from "../clock.ts";
import { runOperatorCommand, textTable } from "../operator.ts";
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

const isDecision = (verb: string | undefined): verb is Decision => DECISIONS.some((it) => it === verb);

await runOperatorCommand({
  help: HELP,
  flags: { json: { type: "boolean", default: false } },
  missing: "accounts",
  check({ positionals: [verb, email, ...rest] }) {
    if (verb === undefined) throw new UsageError(`What? list, ${DECISIONS.join(", ")}; see --help.`);
    if (!isDecision(verb) && verb !== "list")
      throw new UsageError(`There is no "${verb}": list, ${DECISIONS.join(", ")}; see --help.`);
    if (isDecision(verb) && email === undefined) throw new UsageError(`${verb} takes an email; see --help.`);
    if (rest.length > 0 || (!isDecision(verb) && email !== undefined))
      throw new UsageError(`${verb} takes ${isDecision(verb) ? "one email" : "nothing else"}; see --help.`);
  },
  async act(db, { values, positionals: [verb, email] }) {
    if (isDecision(verb) && email !== undefined)
      return answer(verb, email, await decide(db, { clock: systemClock }, verb, email), values.json);
    const accounts = await listAccounts(db);
    if (values.json) console.log(JSON.stringify(accounts, undefined, 2));
    else console.log(accounts.length === 0 ? "Nobody has signed up yet." : table(accounts));
    return 0;
  },
});

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
  return textTable([["state", "email", "keys", "signed up (UTC)", "organisation", "scope"], ...rows]);
}

/** "base: 2 addresses, sui: 1 address"; whatever the names of the chains hold, it is one line. */
function addressesIn(scope: ListedAccount["scope"]): string {
  const chains = Object.entries(scope).map(([chain, { validator_addresses = [], delegator_addresses = [] }]) => {
    const count = validator_addresses.length + delegator_addresses.length;
    return `${chain.replace(/[\p{Cc}\p{Cf}]/gu, "�")}: ${count} ${count === 1 ? "address" : "addresses"}`;
  });
  return chains.join(", ") || "empty";
}
