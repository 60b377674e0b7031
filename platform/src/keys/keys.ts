/** API keys: minted, listed, rolled, revoked, and recognised. Only a key's hash is kept. */
import type { Clock, Entropy } from "../clock.ts";
import type { Queries, Transaction } from "../db/database.ts";
import { together } from "../db/together.ts";
import { Refused } from "../refusal.ts";
import { lockWorkspace } from "../workspaces/lock.ts";
import { hashOfKey, isKeyShaped, type KeyEnvironment, makeKey, PREFIX_LENGTH } from "./plaintext.ts";

export const SCOPES = ["sessions:create", "sessions:read", "sessions:operate", "pricing:read", "wallet:read"] as const;
export type Scope = (typeof SCOPES)[number];

/** How long a key goes on after it was revoked without haste, seconds. */
export const GRACE_SECONDS = 60;
/** How long a key may go on beside the one that replaces it, seconds. */
export const MOST_OVERLAP_SECONDS = 7 * 86_400;
/** Keys that are not revoked, a workspace. */
export const MOST_KEYS = 200;

export interface KeyRow {
  id: string;
  workspaceId: string;
  prefix: string;
  label: string;
  environment: KeyEnvironment;
  scopes: Scope[];
  createdAt: Date;
  createdByWallet: string;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  gracePeriodEnd: Date | null;
}

export interface MintOptions {
  workspaceId: string;
  label: string;
  environment: KeyEnvironment;
  scopes: readonly Scope[];
  by: string;
  expiresAt?: Date | undefined;
}

/** @returns The row, and the key itself: it is not to be had again. */
export async function mintKey(
  tx: Transaction,
  { clock, entropy }: { clock: Clock; entropy: Entropy },
  { workspaceId, label, environment, scopes, by, expiresAt }: MintOptions,
): Promise<{ key: KeyRow; plaintext: string }> {
  const plaintext = makeKey(environment, workspaceId, entropy.bytes);
  const scopesOnce = [...new Set(scopes)];
  await lockWorkspace(tx, workspaceId);
  const key = await tx.row<KeyRow>`
    insert into api_keys (id, workspace_id, hash, prefix, label, environment, scopes, created_at, created_by_wallet, expires_at)
    select ${entropy.uuid()}::uuid, ${workspaceId}::uuid, ${hashOfKey(plaintext)}, ${plaintext.slice(0, PREFIX_LENGTH)}, ${label},
      ${environment}, ${scopesOnce}::text[], ${clock.now()}::timestamptz, ${by}, ${expiresAt ?? null}::timestamptz
    where (select count(*) from api_keys where workspace_id = ${workspaceId} and revoked_at is null) < ${MOST_KEYS}::int
    returning *`;
  if (key === undefined)
    throw new Refused("CONFLICT", `A workspace has at most ${MOST_KEYS} keys that are not revoked.`, {
      detail: "apiKey:tooMany",
    });
  return { key, plaintext };
}

/** Newest first: who looks for a key that must go finds it. */
export function listKeys(
  db: Queries,
  workspaceId: string,
  { limit, before }: { limit: number; before: { createdAt: Date; id: string } | undefined },
): Promise<KeyRow[]> {
  const [time, id] = [before?.createdAt ?? null, before?.id ?? null];
  return db.rows<KeyRow>`
    select * from api_keys where workspace_id = ${workspaceId}
      and (${time}::timestamptz is null or (created_at, id) < (${time}::timestamptz, ${id}::uuid))
    order by created_at desc, id desc limit ${limit}`;
}

export interface RollOptions {
  workspaceId: string;
  keyId: string;
  overlapSeconds: number;
  by: string;
}

/** Mints a key that may do what an older one may, which goes on for a while. */
export async function rollKey(
  tx: Transaction,
  context: { clock: Clock; entropy: Entropy },
  { workspaceId, keyId, overlapSeconds, by }: RollOptions,
): Promise<{ key: KeyRow; plaintext: string; replaced: KeyRow }> {
  const now = context.clock.now();
  const end = new Date(now.getTime() + overlapSeconds * 1_000);
  const old =
    await tx.row<KeyRow>`select * from api_keys where id = ${keyId} and workspace_id = ${workspaceId} for update`;
  if (old === undefined)
    throw new Refused("NOT_FOUND", "This workspace has no such key.", { detail: "apiKey:notFound" });
  const isOver = old.expiresAt !== null && old.expiresAt <= now;
  if (old.revokedAt !== null || isOver)
    throw new Refused("INVALID_STATE", "A key that was revoked or has expired is not rolled: mint a new one.", {
      detail: `apiKey:roll:${isOver ? "expired" : "revoked"}`,
    });
  const replaced = await tx.row<KeyRow>`
    update api_keys set revoked_at = ${now}, grace_period_end = ${end} where id = ${keyId} returning *`;
  const { label, environment, scopes, expiresAt } = old;
  const options = { workspaceId, label, environment, scopes, by, expiresAt: expiresAt ?? undefined };
  return { ...(await mintKey(tx, context, options)), replaced: replaced as KeyRow };
}

/** Revoked twice is revoked once; at once is possible later too. */
export async function revokeKey(
  db: Queries,
  { clock }: { clock: Clock },
  { workspaceId, keyId, isImmediate }: { workspaceId: string; keyId: string; isImmediate: boolean },
): Promise<KeyRow> {
  const now = clock.now();
  const end = isImmediate ? now : new Date(now.getTime() + GRACE_SECONDS * 1_000);
  const key = await db.row<KeyRow>`
    update api_keys set revoked_at = coalesce(revoked_at, ${now}), grace_period_end = least(grace_period_end, ${end}::timestamptz)
    where id = ${keyId} and workspace_id = ${workspaceId} returning *`;
  if (key === undefined)
    throw new Refused("NOT_FOUND", "This workspace has no such key.", { detail: "apiKey:notFound" });
  return key;
}

export interface KeyCaller {
  kind: "api_key";
  keyId: string;
  environment: KeyEnvironment;
  scopes: Scope[];
  workspace: CallersWorkspace;
}

/** What every call needs to know of the workspace for which it is made. */
export interface CallersWorkspace {
  id: string;
  slug: string;
  name: string;
  walletAddress: string;
  isConsumer: boolean;
  isSupplier: boolean;
}

interface FoundKey extends Omit<KeyCaller, "kind" | "workspace">, Omit<CallersWorkspace, "id"> {
  hash: Buffer;
  workspaceId: string;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  gracePeriodEnd: Date | null;
}

/** Whose key a text is. @throws {Refused} if nobody's, or one that is no longer good. */
export type CallerByKey = (plaintext: string) => Promise<KeyCaller>;

export function callersByKey(db: Queries, { clock }: { clock: Clock }): CallerByKey {
  const nameOf = (hash: Buffer) => hash.toString("base64url");
  const find = together<Buffer, FoundKey>(async (hashes) => {
    const rows = await db.rows<FoundKey>`
      select k.hash, k.id as key_id, k.workspace_id, k.environment, k.scopes, k.expires_at, k.last_used_at, k.grace_period_end,
        w.slug, w.name, w.wallet_address, w.is_consumer, w.is_supplier
      from api_keys k join workspaces w on w.id = k.workspace_id where k.hash = any (${hashes}::bytea[])`;
    return new Map(rows.map((row) => [nameOf(row.hash), row]));
  });

  return async (plaintext) => {
    if (!isKeyShaped(plaintext)) throw wrongKey("apiKey:malformed");
    const hash = hashOfKey(plaintext);
    const found = await find(nameOf(hash), hash);
    if (found === undefined) throw wrongKey("apiKey:unknown");
    const now = clock.now();
    if (found.gracePeriodEnd !== null && found.gracePeriodEnd <= now)
      throw new Refused("REVOKED_API_KEY", "This API key was revoked.", { detail: "apiKey:revoked" });
    if (found.expiresAt !== null && found.expiresAt <= now) throw wrongKey("apiKey:expired");
    // For people who wonder which keys are in use: not worth a write a call.
    if (found.lastUsedAt === null || now.getTime() - found.lastUsedAt.getTime() > 60_000)
      await db.rows`update api_keys set last_used_at = ${now} where id = ${found.keyId} and last_used_at is not distinct from ${found.lastUsedAt}`;
    const { keyId, environment, scopes, workspaceId: id, slug, name, walletAddress, isConsumer, isSupplier } = found;
    return {
      kind: "api_key",
      keyId,
      environment,
      scopes,
      workspace: { id, slug, name, walletAddress, isConsumer, isSupplier },
    };
  };
}

function wrongKey(detail: string): Refused {
  const words: Record<string, string> = {
    "apiKey:malformed": "This is no API key: a character is wrong or missing.",
    "apiKey:unknown": "Nobody has this API key.",
    "apiKey:expired": "This API key has expired.",
  };
  return new Refused("NOT_AUTHENTICATED", words[detail] ?? "", { detail });
}
