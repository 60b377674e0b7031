/** Who is calling: an API key or a wallet's session, for which workspace, and whether they may. */
import type { FastifyRequest } from "fastify";
import { COOKIE_NAME, sessionIdIn } from "../auth/cookie.ts";
import { findWalletSession, type WalletCaller } from "../auth/walletSessions.ts";
import type { Permission } from "../authz/authz.ts";
import type { CallersWorkspace, KeyCaller, Scope } from "../keys/keys.ts";
import { Refused } from "../refusal.ts";
import { findWorkspace } from "../workspaces/workspaces.ts";
import type { Context } from "./context.ts";

export type Caller = KeyCaller | WalletCaller;

const TOKEN_HEADER = "x-lx-consistency-token";

/** What a caller echoes of an earlier write, if it can be one at all. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const token = request.headers[TOKEN_HEADER];
  return typeof token === "string" && /^[\x21-\x7e]{1,512}$/.test(token) ? token : undefined;
}

/** @throws {Refused} NOT_AUTHENTICATED, REVOKED_API_KEY, NOT_AUTHORIZED (a page of another origin sent the cookie) */
export async function callerOf(context: Context, request: FastifyRequest): Promise<Caller> {
  const caller = await identify(context, request);
  request.principal = caller.kind === "api_key" ? `key:${caller.keyId}` : `wallet:${caller.walletAddress}`;
  return caller;
}

async function identify(context: Context, request: FastifyRequest): Promise<Caller> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    if (bearer === undefined)
      throw new Refused("NOT_AUTHENTICATED", "The Authorization header takes: Bearer, and an API key.", {
        detail: "authorization",
      });
    return await context.callerByKey(bearer);
  }
  const value = request.cookies[COOKIE_NAME];
  if (value === undefined)
    throw new Refused("NOT_AUTHENTICATED", "Session expired or missing: sign in, or send an API key.");
  refuseOtherOrigins(context, request);
  const now = context.clock.now();
  const id = sessionIdIn(value, context.config.sessionSecrets, now);
  const session = id === undefined ? undefined : await findWalletSession(context.db, id, now);
  if (session === undefined)
    throw new Refused("NOT_AUTHENTICATED", "Session expired or missing: sign in again.", { detail: "session" });
  return session;
}

/** A browser says where a request comes from; one that a foreign page made must not use the cookie. */
export function refuseOtherOrigins({ config }: Context, { method, headers }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
  const { origin, "sec-fetch-site": site } = headers;
  if (site === "same-origin" || site === "none") return;
  if (origin === undefined ? site === undefined : config.allowedOrigins.has(origin)) return;
  throw new Refused("NOT_AUTHORIZED", "Another site's page must not act with this session.", { detail: "origin" });
}

/** For what signed-in wallets alone do. */
export async function walletOf(context: Context, request: FastifyRequest): Promise<WalletCaller> {
  const caller = await callerOf(context, request);
  if (caller.kind === "wallet_session") return caller;
  throw new Refused("NOT_AUTHORIZED", "An API key cannot do this: sign in with a wallet.", {
    detail: "apiKey:notAllowed",
  });
}

export interface For {
  /** One of these, of a key. */
  scopes: readonly Scope[];
  /** Of a wallet. */
  permission: Permission;
  /** The workspace that the request names; else the key's, or the one that was selected. */
  workspaceId?: string | undefined;
}

/** The workspace for which somebody acts. */
export async function actingFor(context: Context, request: FastifyRequest, wanted: For): Promise<CallersWorkspace> {
  const caller = await callerOf(context, request);
  if (caller.kind === "api_key") {
    if (!wanted.scopes.some((scope) => caller.scopes.includes(scope)))
      throw new Refused("INSUFFICIENT_SCOPE", `API key missing required scope: ${wanted.scopes.join(" | ")}`, {
        detail: wanted.scopes.join(" | "),
      });
    if (wanted.workspaceId !== undefined && wanted.workspaceId !== caller.workspace.id)
      throw new Refused("NOT_AUTHORIZED", "The API key is another workspace's.", {
        detail: "session:workspaceMismatch",
      });
    return caller.workspace;
  }
  const id = wanted.workspaceId ?? caller.workspaceId;
  if (id === null)
    throw new Refused("INVALID_INPUT", "No workspace is selected: POST /auth/workspace/select first.", {
      detail: "workspaceNotSelected",
    });
  return await memberOf(context, request, caller, wanted.permission, id);
}

/** A workspace that a path names, for a wallet or, where keys may, for its own key. */
export async function inWorkspace(
  context: Context,
  request: FastifyRequest,
  id: string,
  permission: Permission,
  options: { keysMay: boolean },
) {
  const caller = options.keysMay ? await callerOf(context, request) : await walletOf(context, request);
  if (caller.kind === "wallet_session")
    return { caller, workspace: await memberOf(context, request, caller, permission, id) };
  if (caller.workspace.id === id) return { caller, workspace: caller.workspace };
  throw new Refused("NOT_AUTHORIZED", "The API key is another workspace's.", { detail: "workspace:mismatch" });
}

async function memberOf(
  context: Context,
  request: FastifyRequest,
  caller: WalletCaller,
  permission: Permission,
  id: string,
): Promise<CallersWorkspace> {
  const { db, authz } = context;
  const isAllowed = await authz.can(caller.walletAddress, permission, id, tokenOf(request));
  const workspace = await findWorkspace(db, id);
  if (isAllowed) return workspace;
  throw new Refused("NOT_AUTHORIZED", "Not authorized for this operation.", {
    detail: `workspace:${permission}Denied`,
  });
}
