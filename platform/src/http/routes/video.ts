/** What the video backend tells: Cloudflare Stream's notifications of live inputs. */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Refused } from "../../refusal.ts";
import { noteVideoEvent } from "../../sessions/video.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { text } from "../schemas.ts";
import type { Routes } from "./route.ts";

const event = z.object({
  name: text.optional(),
  text: text.optional(),
  ts: z.number().optional().describe("Seconds"),
  data: z
    .object({
      notification_name: text.optional(),
      input_id: text.max(200),
      event_type: text.max(100),
      updated_at: text.max(64).optional(),
    })
    .optional()
    .describe("Absent in the backend's own test of the address"),
});

export async function videoRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, clock } = context;
  const { token, secrets } = config.videoEvents;

  app.post(
    "/video/events/:token",
    {
      schema: {
        tags: ["video"],
        summary: "For the video backend alone",
        params: z.object({ token: text }),
        body: event,
        response: {
          202: enveloped(z.object({ accepted: z.literal(true), matched: z.boolean() }), 202),
          ...errors(400, 401, 404, 503),
        },
      },
    },
    async (request, reply) => {
      if (token === undefined || secrets.length === 0)
        throw new Refused("NOT_FOUND", "No video events come in here.", { detail: "video:notConfigured" });
      const header = request.headers["cf-webhook-auth"];
      const isKnown = typeof header === "string" && secrets.map((secret) => isSame(header, secret)).includes(true);
      // Both are looked at, whatever the first is.
      if (!isSame(request.params.token, token) || !isKnown)
        throw new Refused("NOT_AUTHENTICATED", "This is not the video backend.", { detail: "video:auth" });
      const { data, ts } = request.body;
      const kind = data?.event_type.replace(/^live_input\./, "") ?? "";
      const isMeant = kind === "connected" || kind === "disconnected" || kind === "errored";
      if (data === undefined || !isMeant) return success(reply, { accepted: true, matched: false }, 202);
      const at = timeOf(data.updated_at) ?? (ts === undefined ? undefined : timeOf(ts * 1_000)) ?? clock.now();
      const matched = await noteVideoEvent(db, context, { ref: data.input_id, isConnected: kind === "connected", at });
      return success(reply, { accepted: true, matched }, 202);
    },
  );
}

function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function timeOf(value: string | number | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
