/** Accounts of organisations: somebody signs up, an operator of the platform decides, and may take it back. */
import type { Clock, Entropy } from "../clock.ts";
import type { Database, Queries } from "../db/database.ts";
import { emailKey, type Scope, type SignUp } from "./checks.ts";
import type { Passwords } from "./passwords.ts";
import { AccountRefused } from "./refusal.ts";

export const STATES = ["PENDING", "APPROVED", "REJECTED", "SUSPENDED"] as const;
export type AccountState = (typeof STATES)[number];

export interface Account {
  id: string;
  scope: Scope;
  state: AccountState;
}

/**
 * Asks for an account. It can be used once an operator has approved it.
 *
 * @throws {AccountRefused} USER_EXISTS
 */
export async function signUp(
  db: Queries,
  { clock, entropy, passwords }: { clock: Clock; entropy: Entropy; passwords: Passwords },
  { email, password, org, scope }: SignUp,
  group: string,
): Promise<void> {
  const key = emailKey(email);
  // Whose email is taken is no secret here: nothing is hashed for it.
  if ((await db.row`select 1 as known from accounts where email_key = ${key}`) !== undefined)
    throw new AccountRefused("USER_EXISTS");
  const hash = await passwords.hash(password, group);
  const made = await db.row`
    insert into accounts (id, email, email_key, password_hash, org, scope, state, created_at)
    values (${entropy.uuid()}, ${email}, ${key}, ${hash}, ${org}, ${JSON.stringify(scope)}, 'PENDING', ${clock.now()})
    on conflict on constraint accounts_email do nothing returning id`;
  // Somebody was faster.
  if (made === undefined) throw new AccountRefused("USER_EXISTS");
}

const NOT_OPEN = {
  PENDING: "ACCOUNT_PENDING",
  REJECTED: "ACCOUNT_REJECTED",
  SUSPENDED: "ACCOUNT_SUSPENDED",
} as const;

/** @throws {AccountRefused} ACCOUNT_PENDING, ACCOUNT_REJECTED, ACCOUNT_SUSPENDED */
export function refuseUnlessOpen({ state }: Pick<Account, "state">): void {
  if (state !== "APPROVED") throw new AccountRefused(NOT_OPEN[state]);
}

export interface ListedAccount {
  email: string;
  org: string;
  state: AccountState;
  scope: Scope;
  /** Those that are active. */
  apiKeys: number;
  createdAt: Date;
  decidedAt: Date | null;
}

/** Those that wait for a decision first, then the newest. */
export async function listAccounts(db: Queries, email?: string): Promise<ListedAccount[]> {
  const key = email === undefined ? null : emailKey(email);
  const rows = await db.rows<Omit<ListedAccount, "apiKeys"> & { apiKeys: bigint }>`
    select email, org, state, scope, created_at, decided_at,
      (select count(*) from account_keys k where k.account_id = a.id and k.revoked_at is null) as api_keys
    from accounts a where ${key}::text is null or email_key = ${key}
    order by state <> 'PENDING', created_at desc, email_key`;
  return rows.map((row) => ({ ...row, apiKeys: Number(row.apiKeys) }));
}

export const DECISIONS = ["approve", "reject", "suspend"] as const;
export type Decision = (typeof DECISIONS)[number];

/** What each makes of an account, and of which: else the operator means something else. */
const MAKES: Record<Decision, { state: AccountState; of: readonly AccountState[] }> = {
  approve: { state: "APPROVED", of: ["PENDING", "REJECTED", "SUSPENDED"] },
  reject: { state: "REJECTED", of: ["PENDING"] },
  suspend: { state: "SUSPENDED", of: ["APPROVED"] },
};

export type Decided =
  | { outcome: "decided" | "unchanged"; account: ListedAccount }
  /** It is in a state of which this decision is not taken. */
  | { outcome: "refused"; account: ListedAccount }
  | { outcome: "unknown" };

/** Decides about an account. Its keys stay: they open nothing unless it is approved, and go on once it is again. */
export async function decide(
  db: Database,
  { clock }: { clock: Clock },
  decision: Decision,
  email: string,
): Promise<Decided> {
  const { state, of } = MAKES[decision];
  return await db.transaction(async (tx) => {
    const changed = await tx.row`
      update accounts set state = ${state}, decided_at = ${clock.now()}
      where email_key = ${emailKey(email)} and state = any (${of}::text[]) returning id`;
    const [account] = await listAccounts(tx, email);
    if (account === undefined) return { outcome: "unknown" };
    const outcome = changed !== undefined ? "decided" : account.state === state ? "unchanged" : "refused";
    return { outcome, account };
  });
}
