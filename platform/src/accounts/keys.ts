/** API keys of an account: made, listed, revoked; shown once, and kept as a hash. */
import { createHash } from "node:crypto";
import type { Clock, Entropy } from "../clock.ts";
import type { Database, Queries } from "../db/database.ts";
import type { Account } from "./accounts.ts";
import { AccountRefused } from "./refusal.ts";

/** Of one account, active at a time. */
export const MOST_KEYS = 50;

export interface AccountKey {
  keyId: string;
  label: string;
  createdAt: Date;
}

/** @throws {AccountRefused} TOO_MANY_API_KEYS */
export async function createKey(
  db: Database,
  { clock, entropy }: { clock: Clock; entropy: Entropy },
  accountId: string,
  label: string,
): Promise<{ keyId: string; label: string; apiKey: string }> {
  const now = clock.now();
  const seconds = Math.floor(now.getTime() / 1_000);
  const keyId = seconds.toString(16).padStart(8, "0") + Buffer.from(entropy.bytes(8)).toString("hex");
  const apiKey = `luga-${entropy.uuid()}`;
  return await db.transaction(async (tx) => {
    // Two at once must not both be the last.
    await tx.row`select 1 as locked from accounts where id = ${accountId} for update`;
    const made = await tx.row`
      insert into account_keys (id, account_id, hash, label, created_at)
      select ${keyId}, ${accountId}::uuid, ${hashOf(apiKey)}::bytea, ${label}, ${now}::timestamptz
      where (select count(*) from account_keys where account_id = ${accountId} and revoked_at is null) < ${MOST_KEYS}
      returning id`;
    if (made === undefined) throw new AccountRefused("TOO_MANY_API_KEYS");
    return { keyId, label, apiKey };
  });
}

/** Active ones, oldest first. */
export function listKeys(db: Queries, accountId: string): Promise<AccountKey[]> {
  return db.rows<AccountKey>`
    select id as "key_id", label, created_at from account_keys
    where account_id = ${accountId} and revoked_at is null order by created_at, id`;
}

/** @throws {AccountRefused} API_KEY_NOT_FOUND: there is none, it is another account's, or it was revoked. */
export async function revokeKey(
  db: Queries,
  { clock }: { clock: Clock },
  accountId: string,
  keyId: string,
): Promise<void> {
  const revoked = await db.row`
    update account_keys set revoked_at = ${clock.now()}
    where id = ${keyId} and account_id = ${accountId} and revoked_at is null returning id`;
  if (revoked === undefined) throw new AccountRefused("API_KEY_NOT_FOUND");
}

/** Whose key it is. @throws {AccountRefused} INVALID_API_KEY */
export async function accountOfKey(db: Queries, apiKey: unknown): Promise<Account & { keyId: string }> {
  const account =
    typeof apiKey === "string" && /^luga-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(apiKey)
      ? await db.row<Account & { keyId: string }>`
          select a.id, a.scope, a.state, k.id as key_id from account_keys k join accounts a on a.id = k.account_id
          where k.hash = ${hashOf(apiKey)} and k.revoked_at is null`
      : undefined;
  if (account === undefined) throw new AccountRefused("INVALID_API_KEY");
  return account;
}

function hashOf(apiKey: string): Buffer {
  return createHash("sha256").update(apiKey).digest();
}
