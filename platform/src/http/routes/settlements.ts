/** Settlements: what the contract is told of a session, and what became of it. */
import { z } from "zod";
import { findSettlement, listSettlements } from "../../settlements/view.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { linkNext, placeIn } from "../paging.ts";
import { page, settlement, settlementState, uuid, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

export async function settlementRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db } = context;
  const read = { scopes: ["sessions:read"], permission: "view" } as const;

  app.get(
    "/settlements",
    {
      schema: {
        tags: ["settlements"],
        summary: "Settlements of the workspace's sessions, newest first",
        querystring: workspaceQuery.extend({ ...page, state: settlementState.optional() }),
        response: { 200: enveloped(z.array(settlement)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, limit, cursor, state } = request.query;
      const workspace = await actingFor(context, request, { ...read, workspaceId });
      const rows = await listSettlements(db, { workspaceId: workspace.id, state, limit, before: placeIn(cursor) });
      linkNext(request, reply, config.publicUrl, limit, rows);
      return success(
        reply,
        rows.map(({ view }) => view),
      );
    },
  );

  app.get(
    "/settlements/:sessionId",
    {
      schema: {
        tags: ["settlements"],
        summary: "The settlement of a session",
        params: z.object({ sessionId: uuid }),
        querystring: workspaceQuery,
        response: { 200: enveloped(settlement), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const workspace = await actingFor(context, request, { ...read, workspaceId: request.query.workspaceId });
      return success(reply, await findSettlement(db, workspace.id, request.params.sessionId));
    },
  );
}
