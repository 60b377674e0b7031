/** What happened, for those who poll. */
import { z } from "zod";
import { EVENT_DAYS, EVENT_PLACE, EVENT_TYPES, eventPlaceIn, listEvents } from "../../webhooks/events.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { linkTo } from "../paging.ts";
import { page, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

const event = z
  .object({
    id: z.string().describe("The same here and in every webhook"),
    type: z.enum(EVENT_TYPES),
    timestamp: z.iso.datetime(),
    subject: z.string(),
    version: z.int().describe("Of this subject; larger than that of each event before"),
    data: z.looseObject({}),
    cursor: z.string().describe("Go on from here"),
  })
  .meta({ id: "Event" });

export async function eventRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db } = context;
  app.get(
    "/events",
    {
      schema: {
        tags: ["events"],
        summary: `What happened to the workspace's sessions and settlements in the last ${EVENT_DAYS} days, oldest first`,
        querystring: workspaceQuery.extend({
          limit: page.limit,
          cursor: z
            .string()
            .regex(EVENT_PLACE, "is no cursor of this list")
            .optional()
            .describe("Of the last event that was seen"),
        }),
        response: { 200: enveloped(z.array(event)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, limit, cursor } = request.query;
      const after = eventPlaceIn(cursor);
      const workspace = await actingFor(context, request, {
        scopes: ["sessions:read"],
        permission: "view",
        workspaceId,
      });
      const rows = await listEvents(db, { workspaceId: workspace.id, after, limit });
      const last = rows.at(-1);
      if (last !== undefined) linkTo(request, reply, config.publicUrl, last.cursor);
      return success(
        reply,
        rows.map((row) => ({ ...(JSON.parse(row.body) as object), cursor: row.cursor })),
      );
    },
  );
}
