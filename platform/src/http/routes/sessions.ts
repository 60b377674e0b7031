/** Sessions: opened by a consumer, taken and started by an operator, ended by either. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { orUnavailable } from "../../chain/chain.ts";
import { Refused } from "../../refusal.ts";
import { createSession } from "../../sessions/create.ts";
import { dispatch } from "../../sessions/dispatch.ts";
import { findSession, listSessions } from "../../sessions/session.ts";
import { accept, cancel, cancelAssignments, end, notYours, start } from "../../sessions/transitions.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { once } from "../idempotency.ts";
import { linkNext, placeIn } from "../paging.ts";
import { acceptBody, consistency, page, reference, session, sessionBody, uuid, workspaceQuery } from "../schemas.ts";
import { sessionView } from "../views.ts";
import type { Routes } from "./route.ts";

const params = z.object({ id: uuid });
const withToken = session.extend(consistency);
const started = z.object({
  session,
  videoBackendRef: z.string().nullable(),
  whipUrl: z.string().nullable(),
  whepUrl: z.string().nullable(),
});

export async function sessionRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, media, oneAtATime } = context;
  const creating = { ...context, ...config };
  const create = { scopes: ["sessions:create"], permission: "administrate" } as const;
  const read = { scopes: ["sessions:read"], permission: "view" } as const;
  const operate = { scopes: ["sessions:operate"], permission: "administrate" } as const;
  const either = { scopes: ["sessions:operate", "sessions:create"], permission: "administrate" } as const;

  app.post(
    "/sessions",
    {
      schema: {
        tags: ["sessions"],
        summary: "Ask for a view of a place",
        body: sessionBody,
        response: { 201: enveloped(withToken, 201), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, ...wanted } = request.body;
      const consumer = await actingFor(context, request, { ...create, workspaceId });
      // A wallet's sessions are opened one after the other: those that wait hold nothing meanwhile.
      const view = await oneAtATime(consumer.walletAddress, () =>
        once(
          context,
          request,
          reply,
          consumer.id,
          201,
          async (tx) => ({
            ...sessionView(await createSession(tx, creating, consumer, wanted), consumer.id, media),
            consistencyToken: null,
          }),
          // A chain that does not answer is waited for while nothing is held.
          async () => void (await orUnavailable(context.heads.moving())),
        ),
      );
      return success(reply, view, 201);
    },
  );

  app.get(
    "/sessions",
    {
      schema: {
        tags: ["sessions"],
        summary: "The workspace's sessions, newest first",
        querystring: workspaceQuery.extend({
          ...page,
          side: z.enum(["consumer", "operator"]).optional(),
          reference: reference.optional(),
        }),
        response: { 200: enveloped(z.array(session)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, limit, cursor, side, reference: named } = request.query;
      const workspace = await actingFor(context, request, { ...read, workspaceId });
      if (named !== undefined) {
        const found = await db.row<{
          id: string;
        }>`select id from sessions where consumer_workspace_id = ${workspace.id} and reference = ${named}`;
        return success(
          reply,
          found === undefined ? [] : [sessionView(await findSession(db, found.id), workspace.id, media)],
        );
      }
      const rows = await listSessions(db, { workspaceId: workspace.id, side, limit, before: placeIn(cursor) });
      linkNext(request, reply, config.publicUrl, limit, rows);
      return success(
        reply,
        rows.map((row) => sessionView(row, workspace.id, media)),
      );
    },
  );

  app.post(
    "/sessions/cancel-all-assignments",
    {
      schema: {
        tags: ["sessions"],
        summary: "Give back every session that was assigned and is not live",
        body: workspaceQuery,
        response: {
          200: enveloped(z.object({ count: z.int(), cancelled: z.array(z.string()) })),
          ...errors(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const operator = await actingFor(context, request, { ...operate, workspaceId: request.body.workspaceId });
      const cancelled = await cancelAssignments(context, operator);
      return success(reply, { count: cancelled.length, cancelled });
    },
  );

  app.get(
    "/sessions/:id",
    {
      schema: {
        tags: ["sessions"],
        summary: "One session",
        params,
        querystring: workspaceQuery,
        response: { 200: enveloped(session), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const workspace = await actingFor(context, request, { ...read, workspaceId: request.query.workspaceId });
      return success(reply, sessionView(await mine(request.params.id, workspace.id), workspace.id, media));
    },
  );

  app.delete(
    "/sessions/:id",
    {
      schema: {
        tags: ["sessions"],
        summary: "Cancel a session that is not live yet",
        params,
        querystring: workspaceQuery,
        response: { 200: enveloped(session), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const consumer = await actingFor(context, request, { ...create, workspaceId: request.query.workspaceId });
      return success(reply, sessionView(await cancel(context, consumer, request.params.id), consumer.id, media));
    },
  );

  app.post(
    "/sessions/:id/accept",
    {
      schema: {
        tags: ["sessions"],
        summary: "Take a session (REQUESTED → ASSIGNED)",
        params,
        body: acceptBody,
        response: { 200: enveloped(withToken), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const operator = await actingFor(context, request, { ...operate, workspaceId: request.body.operatorWorkspaceId });
      const view = sessionView(await accept(context, operator, request.params.id), operator.id, media);
      return success(reply, { ...view, consistencyToken: null });
    },
  );

  app.post(
    "/sessions/:id/dispatch",
    {
      schema: {
        tags: ["sessions"],
        summary: "Have the session given to an operator who covers its place (REQUESTED → ASSIGNED)",
        params,
        querystring: workspaceQuery,
        body: z.object({}),
        response: { 200: enveloped(withToken), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const consumer = await actingFor(context, request, { ...create, workspaceId: request.query.workspaceId });
      const view = sessionView(await dispatch(context, consumer, request.params.id), consumer.id, media);
      return success(reply, { ...view, consistencyToken: null });
    },
  );

  app.post(
    "/sessions/:id/start",
    {
      schema: {
        tags: ["sessions"],
        summary: "Start to stream (ASSIGNED → LIVE)",
        params,
        querystring: workspaceQuery,
        body: z.object({}),
        response: { 200: enveloped(started), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const operator = await actingFor(context, request, { ...operate, workspaceId: request.query.workspaceId });
      const row = await start(context, operator, request.params.id);
      const { videoBackendRef } = row;
      const urls = videoBackendRef === null ? { whipUrl: null, whepUrl: null } : media.urlsOf(row.id, videoBackendRef);
      const view = sessionView(row, operator.id, media);
      // Flat as well: whoever reads `state` of the answer finds it.
      return success(reply, { ...view, session: view, videoBackendRef, ...urls });
    },
  );

  app.post(
    "/sessions/:id/end",
    {
      schema: {
        tags: ["sessions"],
        summary: "End a session (LIVE → ENDED)",
        params,
        querystring: workspaceQuery,
        body: z.object({}),
        response: { 200: enveloped(session), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const caller = await actingFor(context, request, { ...either, workspaceId: request.query.workspaceId });
      return success(reply, sessionView(await end(context, caller, request.params.id), caller.id, media));
    },
  );

  app.get(
    "/sessions/:id/frame",
    {
      schema: {
        tags: ["sessions"],
        summary: "The newest picture, a JPEG",
        params,
        querystring: workspaceQuery,
        response: {
          200: {
            description: "The picture",
            content: { "image/jpeg": { schema: z.string().meta({ format: "binary" }) } },
          },
          ...errors(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const workspace = await actingFor(context, request, { ...read, workspaceId: request.query.workspaceId });
      const row = await mine(request.params.id, workspace.id);
      const picture = row.state === "LIVE" ? await media.frame(row, context.clock.now()) : undefined;
      if (picture === undefined)
        throw new Refused("FRAME_NOT_AVAILABLE", "There is no picture of this session now.", {
          detail: `session:frame:${row.state}`,
        });
      return (reply as FastifyReply).type("image/jpeg").send(picture);
    },
  );

  for (const [path, side] of [
    ["viewer-token", "view"],
    ["producer-token", "operate"],
  ] as const) {
    app.get(
      `/sessions/:id/${path}`,
      {
        schema: {
          tags: ["sessions"],
          summary: side === "view" ? "Where to play a live session (WHEP)" : "Where to publish a live session (WHIP)",
          params,
          querystring: workspaceQuery,
          response: {
            200: enveloped(
              z.object({ videoBackendRef: z.string(), whepUrl: z.string().optional(), whipUrl: z.string().optional() }),
            ),
            ...errors(400, 401, 403, 404, 409, 503),
          },
        },
      },
      async (request, reply) => {
        const workspace = await actingFor(context, request, {
          ...(side === "view" ? read : operate),
          workspaceId: request.query.workspaceId,
        });
        const row = await mine(request.params.id, workspace.id);
        if (side === "operate" && row.operatorWorkspaceId !== workspace.id) throw notYours("producer-token");
        if (row.videoBackendRef === null)
          throw new Refused("INVALID_STATE", `There is no video of a session that is ${row.state}.`, {
            detail: `session:${path}:${row.state}`,
          });
        const { whipUrl, whepUrl } = media.urlsOf(row.id, row.videoBackendRef);
        return success(reply, {
          videoBackendRef: row.videoBackendRef,
          ...(side === "view" ? { whepUrl } : { whipUrl }),
        });
      },
    );
  }

  const mine = async (id: string, workspaceId: string) => {
    const row = await findSession(db, id);
    if (row.consumerWorkspaceId !== workspaceId && row.operatorWorkspaceId !== workspaceId) throw notYours("view");
    return row;
  };
}
