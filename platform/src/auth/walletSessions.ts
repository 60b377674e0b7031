/** The sessions of signed-in wallets: rows, so that each can be ended before its time. */
import type { Address } from "viem";
import type { Clock, Entropy } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import { COOKIE_SECONDS } from "./cookie.ts";

export interface WalletCaller {
  kind: "wallet_session";
  id: string;
  walletAddress: Address;
  /** What was selected. */
  workspaceId: string | null;
  /** The first session of the same sign-in. */
  signIn: string;
  expiresAt: Date;
}

/** Opens one at a sign-in; or beside another, with a workspace chosen. */
export async function openWalletSession(
  db: Queries,
  { clock, entropy }: { clock: Clock; entropy: Entropy },
  walletAddress: Address,
  chosen?: { workspaceId: string; in: WalletCaller },
): Promise<WalletCaller> {
  const now = clock.now();
  const workspaceId = chosen?.workspaceId ?? null;
  const expiresAt = new Date(now.getTime() + COOKIE_SECONDS * 1_000);
  const id = entropy.uuid();
  const signIn = chosen?.in.signIn ?? id;
  await db.rows`
    insert into wallet_sessions (id, wallet_address, workspace_id, sign_in, created_at, expires_at)
    values (${id}, ${walletAddress}, ${workspaceId}, ${signIn}, ${now}, ${expiresAt})`;
  return { kind: "wallet_session", id, walletAddress, workspaceId, signIn, expiresAt };
}

export async function findWalletSession(db: Queries, id: string, now: Date): Promise<WalletCaller | undefined> {
  const row = await db.row<Omit<WalletCaller, "kind">>`
    select id, wallet_address, workspace_id, coalesce(sign_in, id) as sign_in, expires_at from wallet_sessions where id = ${id} and revoked_at is null and expires_at > ${now}`;
  return row === undefined ? undefined : { kind: "wallet_session", ...row };
}

/** Ends it, and every other that the same sign-in has led to. */
export async function revokeWalletSession(db: Queries, { clock }: { clock: Clock }, id: string): Promise<void> {
  await db.rows`
    update wallet_sessions set revoked_at = ${clock.now()} where revoked_at is null
      and (id = ${id} or sign_in = (select sign_in from wallet_sessions where id = ${id}))`;
}
