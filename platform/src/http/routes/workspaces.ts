/** Workspaces: the public bootstrap by signature, reading, changing, and the operator's heartbeat. */
import { z } from "zod";
import { issueChallenge, takeAnswer } from "../../auth/challenges.ts";
import type { Transaction } from "../../db/database.ts";
import { Refused } from "../../refusal.ts";
import { beatSession } from "../../sessions/windows.ts";
import {
  beat,
  changeWorkspace,
  createWorkspace,
  findWorkspace,
  tellOwner,
  workspacesOf,
} from "../../workspaces/workspaces.ts";
import { inWorkspace, walletOf } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { amend, idempotencyKeyOf, once } from "../idempotency.ts";
import { linkNext, placeIn } from "../paging.ts";
import {
  challengeAnswer,
  challengeBody,
  consistency,
  lat,
  lng,
  longPage,
  role,
  uuid,
  workspace,
  workspaceBody,
  workspaceChange,
} from "../schemas.ts";
import { workspaceView } from "../views.ts";
import type { Routes } from "./route.ts";

const params = z.object({ id: uuid });
const created = workspace.extend(consistency);
const listed = workspace.extend({ workspaceId: z.string(), role, workspace });

const heartbeat = z.object({
  lat,
  lng,
  accuracyMeters: z.number().nonnegative().optional(),
  sequence: z
    .union([z.int().nonnegative(), z.string().regex(/^\d{1,30}$/)])
    .transform((value) => BigInt(value))
    .describe("Larger than that of every heartbeat before"),
  sessionId: uuid.optional(),
  speedMps: z.number().optional(),
});

export async function workspaceRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, authz } = context;
  const challenges = { ...context, publicUrl: config.publicUrl, chainId: context.facts.chainId };

  app.post(
    "/workspaces/challenge",
    {
      schema: {
        tags: ["workspaces"],
        summary: "Get a message to create a workspace with",
        body: challengeBody,
        response: { 200: enveloped(challengeAnswer), ...errors(400, 503) },
      },
    },
    async (request, reply) => {
      const { nonce, message, expiresAt } = await issueChallenge(challenges, "workspace", request.body.walletAddress);
      return success(reply, { nonce, message, expiresAt: expiresAt.toISOString() });
    },
  );

  app.post(
    "/workspaces",
    {
      schema: {
        tags: ["workspaces"],
        summary: "Create a workspace; the signature is the authentication",
        body: workspaceBody,
        response: { 201: enveloped(created, 201), ...errors(400, 401, 409, 503) },
      },
    },
    async (request, reply) => {
      const { slug, name, walletAddress, roles, nonce, signature } = request.body;
      const prove = () =>
        takeAnswer(challenges, "workspace", { walletAddress, nonce, signature: signature as `0x${string}` });
      const create = async (tx: Transaction) => {
        const made = await createWorkspace(tx, context, {
          slug,
          name,
          walletAddress,
          isConsumer: roles.includes("CONSUMER"),
          isSupplier: roles.includes("SUPPLIER"),
        });
        return { ...workspaceView(made), consistencyToken: null as string | null };
      };
      // A nonce that was tried is used up, whatever becomes of the workspace.
      const view = await once(context, request, reply, walletAddress, 201, create, prove);
      // Also of what was answered before: its owner may still have to be told, or the process died before it could be.
      if (view.consistencyToken === null) {
        const key = idempotencyKeyOf(request);
        view.consistencyToken = await tellOwner(db, { authz }, { id: view.id, walletAddress }, key);
        if (key !== undefined) await amend(context, db, { scope: walletAddress, key }, view);
      }
      reply.header("x-lx-consistency-token", view.consistencyToken);
      return success(reply, view, 201);
    },
  );

  app.get(
    "/workspaces",
    {
      schema: {
        tags: ["workspaces"],
        summary: "The workspaces of the signed-in wallet, in the order in which it came to them",
        querystring: z.object(longPage),
        response: { 200: enveloped(z.array(listed)), ...errors(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { walletAddress } = await walletOf(context, request);
      const { limit, cursor } = request.query;
      const rows = await workspacesOf(db, walletAddress, { limit, after: placeIn(cursor) });
      const places = rows.map(({ memberId, memberSince }) => ({ id: memberId, createdAt: memberSince }));
      linkNext(request, reply, config.publicUrl, limit, places);
      return success(
        reply,
        rows.map((row) => {
          const view = workspaceView(row);
          return { ...view, workspaceId: row.id, role: row.role, workspace: view };
        }),
      );
    },
  );

  app.get(
    "/workspaces/:id",
    {
      schema: {
        tags: ["workspaces"],
        summary: "One workspace",
        params,
        response: { 200: enveloped(workspace), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      await inWorkspace(context, request, request.params.id, "view", { keysMay: true });
      return success(reply, workspaceView(await findWorkspace(db, request.params.id)));
    },
  );

  app.patch(
    "/workspaces/:id",
    {
      schema: {
        tags: ["workspaces"],
        summary: "Change a workspace",
        params,
        body: workspaceChange,
        response: { 200: enveloped(workspace), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      await inWorkspace(context, request, request.params.id, "administrate", { keysMay: true });
      return success(reply, workspaceView(await changeWorkspace(db, context, request.params.id, request.body)));
    },
  );

  app.post(
    "/workspaces/:id/location",
    {
      schema: {
        tags: ["workspaces"],
        summary: "An operator's heartbeat, every 5 s",
        params,
        body: heartbeat,
        response: { 200: enveloped(workspace), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { workspace: operator } = await inWorkspace(context, request, request.params.id, "administrate", {
        keysMay: true,
      });
      if (!operator.isSupplier)
        throw new Refused("NOT_AUTHORIZED", "Only a workspace with the role SUPPLIER has a location.", {
          detail: "workspace:notSupplier",
        });
      const row = await beat(db, context, request.params.id, request.body);
      const { sessionId } = request.body;
      if (sessionId !== undefined) await beatSession(db, context, row.id, sessionId);
      return success(reply, workspaceView(row));
    },
  );
}
