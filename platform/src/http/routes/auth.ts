/** Signing in with a wallet: a challenge, its signature, a cookie, a workspace. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { issueChallenge, takeAnswer } from "../../auth/challenges.ts";
import { COOKIE_NAME, COOKIE_SECONDS, cookieValue, sessionIdIn } from "../../auth/cookie.ts";
import { openWalletSession, revokeWalletSession, type WalletCaller } from "../../auth/walletSessions.ts";
import { Refused } from "../../refusal.ts";
import { findWorkspace, membershipsOf } from "../../workspaces/workspaces.ts";
import { callerOf, refuseOtherOrigins, tokenOf, walletOf } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import {
  challengeAnswer,
  challengeBody,
  loginAnswer,
  loginBody,
  membership,
  role,
  selectAnswer,
  selectBody,
} from "../schemas.ts";
import { rolesOf } from "../views.ts";
import type { Routes } from "./route.ts";

const me = z.union([
  z.object({
    kind: z.literal("wallet_session"),
    walletAddress: z.string(),
    activeWorkspaceId: z.string().nullable(),
    activeRole: role.nullable(),
    workspaces: z.array(membership),
  }),
  z.object({
    kind: z.literal("api_key"),
    keyId: z.string(),
    workspaceId: z.string(),
    environment: z.enum(["TEST", "LIVE"]),
    scopes: z.array(z.string()),
    workspace: z.object({ id: z.string(), slug: z.string(), name: z.string(), roles: z.array(z.string()) }).nullable(),
  }),
]);

export async function authRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, clock, authz } = context;
  const challenges = { ...context, publicUrl: config.publicUrl, chainId: context.facts.chainId };

  /** `Secure` but where browsers would then not send it: plain http on loopback. */
  const isSecure = !(
    config.publicUrl.protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(config.publicUrl.hostname)
  );
  const setCookie = (reply: FastifyReply, session: WalletCaller) => {
    const value = cookieValue(session.id, session.expiresAt, config.sessionSecrets);
    reply.setCookie(COOKIE_NAME, value, {
      httpOnly: true,
      sameSite: "lax",
      path: "/",
      maxAge: COOKIE_SECONDS,
      secure: isSecure,
    });
  };
  const listOf = async (walletAddress: string) =>
    (await membershipsOf(db, walletAddress)).map(({ workspaceId: id, slug, name, role }) => ({ id, slug, name, role }));

  app.post(
    "/auth/wallet/challenge",
    {
      schema: {
        tags: ["auth"],
        summary: "Get a message to sign in with",
        body: challengeBody,
        response: { 200: enveloped(challengeAnswer), ...errors(400, 503) },
      },
    },
    async (request, reply) => {
      const { nonce, message, expiresAt } = await issueChallenge(challenges, "sign-in", request.body.walletAddress);
      return success(reply, { nonce, message, expiresAt: expiresAt.toISOString() });
    },
  );

  app.post(
    "/auth/wallet/login",
    {
      schema: {
        tags: ["auth"],
        summary: "Sign in with the signed message",
        body: loginBody,
        response: { 200: enveloped(loginAnswer), ...errors(400, 401, 503) },
      },
    },
    async (request, reply) => {
      const { walletAddress } = request.body;
      await takeAnswer(challenges, "sign-in", { ...request.body, signature: request.body.signature as `0x${string}` });
      const session = await openWalletSession(db, context, walletAddress);
      setCookie(reply, session);
      return success(reply, { walletAddress, workspaces: await listOf(walletAddress) });
    },
  );

  app.post(
    "/auth/workspace/select",
    {
      schema: {
        tags: ["auth"],
        summary: "Choose the workspace to act for",
        body: selectBody,
        response: { 200: enveloped(selectAnswer), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const caller = await walletOf(context, request);
      const { walletAddress } = caller;
      const { workspaceId } = request.body;
      const role = await authz.roleOf(walletAddress, workspaceId, tokenOf(request));
      await findWorkspace(db, workspaceId);
      if (role === undefined)
        throw new Refused("NOT_AUTHORIZED", "This wallet is no member of the workspace.", {
          detail: "workspace:viewDenied",
        });
      setCookie(reply, await openWalletSession(db, context, walletAddress, { workspaceId, in: caller }));
      return success(reply, { workspaceId, role, walletAddress });
    },
  );

  app.post(
    "/auth/logout",
    {
      schema: {
        tags: ["auth"],
        summary: "Sign out: the cookie is good for nothing from now on",
        response: { 200: enveloped(z.object({ ok: z.literal(true) })), ...errors(403, 503) },
      },
    },
    async (request, reply) => {
      if (request.cookies[COOKIE_NAME] !== undefined) refuseOtherOrigins(context, request);
      const id = sessionIdIn(request.cookies[COOKIE_NAME] ?? "", config.sessionSecrets, clock.now());
      if (id !== undefined) await revokeWalletSession(db, context, id);
      reply.clearCookie(COOKIE_NAME, { path: "/" });
      return success(reply, { ok: true });
    },
  );

  app.get(
    "/me",
    { schema: { tags: ["auth"], summary: "Who is calling", response: { 200: enveloped(me), ...errors(401, 503) } } },
    async (request, reply) => {
      const caller = await callerOf(context, request);
      if (caller.kind === "api_key") {
        const { keyId, environment, scopes, workspace } = caller;
        const { id, slug, name } = workspace;
        return success(reply, {
          kind: "api_key",
          keyId,
          workspaceId: id,
          environment,
          scopes,
          workspace: { id, slug, name, roles: rolesOf(workspace) },
        });
      }
      const { walletAddress, workspaceId } = caller;
      const activeRole =
        workspaceId === null ? null : ((await authz.roleOf(walletAddress, workspaceId, tokenOf(request))) ?? null);
      return success(reply, {
        kind: "wallet_session",
        walletAddress,
        activeWorkspaceId: workspaceId,
        activeRole,
        workspaces: await listOf(walletAddress),
      });
    },
  );
}
