/** Members of a workspace and their roles; signed-in wallets alone see and change them. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import {
  addMember,
  type Changed,
  changeMember,
  listMembers,
  type MemberRow,
  removeMember,
  transferWorkspace,
} from "../../members/members.ts";
import { inWorkspace } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { linkNext, placeIn } from "../paging.ts";
import { address, consistency, longPage, role, uuid } from "../schemas.ts";
import type { Routes } from "./route.ts";

const params = z.object({ id: uuid });
const ofMember = params.extend({ walletAddress: address });
const given = z.enum(["ADMIN", "VIEWER"]);
const member = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    walletAddress: z.string(),
    role,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Member" });
const changed = member.extend(consistency);

export async function memberRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, authz } = context;
  const wallets = { keysMay: false };

  /** What was noted is with SpiceDB before the call answers; if it cannot be, it is as soon as it can. */
  const told = async (reply: FastifyReply, { member: row, noted }: Changed, status = 200) => {
    const consistencyToken = noted === undefined ? null : await authz.apply(noted);
    if (consistencyToken !== null) reply.header("x-lx-consistency-token", consistencyToken);
    return success(reply, { ...memberView(row), consistencyToken }, status);
  };

  app.get(
    "/workspaces/:id/members",
    {
      schema: {
        tags: ["members"],
        summary: "Who belongs to the workspace, in the order in which they came",
        params,
        querystring: z.object(longPage),
        response: { 200: enveloped(z.array(member)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.id, "view", wallets);
      const { limit, cursor } = request.query;
      const rows = await listMembers(db, workspace.id, { limit, after: placeIn(cursor) });
      linkNext(request, reply, config.publicUrl, limit, rows);
      return success(reply, rows.map(memberView));
    },
  );

  app.post(
    "/workspaces/:id/members",
    {
      schema: {
        tags: ["members"],
        summary: "Let a wallet in",
        params,
        body: z.object({ walletAddress: address, role: given }),
        response: { 201: enveloped(changed, 201), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.id, "administrate", wallets);
      const { walletAddress, role } = request.body;
      const added = await db.transaction((tx) => addMember(tx, context, workspace.id, walletAddress, role));
      return await told(reply, added, 201);
    },
  );

  app.patch(
    "/workspaces/:id/members/:walletAddress",
    {
      schema: {
        tags: ["members"],
        summary: "Change a member's role",
        params: ofMember,
        body: z.object({ role: given }),
        response: { 200: enveloped(changed), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { id, walletAddress } = request.params;
      const { workspace } = await inWorkspace(context, request, id, "administrate", wallets);
      const { role } = request.body;
      return await told(
        reply,
        await db.transaction((tx) => changeMember(tx, context, workspace.id, walletAddress, role)),
      );
    },
  );

  app.delete(
    "/workspaces/:id/members/:walletAddress",
    {
      schema: {
        tags: ["members"],
        summary: "Take a member out; anybody may leave",
        params: ofMember,
        response: { 200: enveloped(changed), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { id, walletAddress } = request.params;
      const { caller, workspace } = await inWorkspace(context, request, id, "view", wallets);
      const isSelf = caller.kind === "wallet_session" && caller.walletAddress === walletAddress;
      if (!isSelf) await inWorkspace(context, request, id, "administrate", wallets);
      return await told(reply, await db.transaction((tx) => removeMember(tx, context, workspace.id, walletAddress)));
    },
  );

  app.post(
    "/workspaces/:id/transfer",
    {
      schema: {
        tags: ["members"],
        summary: "Make another member the owner; the owner becomes an admin",
        params,
        body: z.object({ walletAddress: address }),
        response: { 200: enveloped(changed), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { caller, workspace } = await inWorkspace(context, request, request.params.id, "transfer", wallets);
      const { walletAddress: to } = request.body;
      const from = "walletAddress" in caller ? caller.walletAddress : to;
      return await told(reply, await db.transaction((tx) => transferWorkspace(tx, context, workspace.id, from, to)));
    },
  );
}

function memberView({ id, workspaceId, walletAddress, role, createdAt }: MemberRow) {
  return { id, workspaceId, walletAddress, role, createdAt: createdAt.toISOString() };
}
