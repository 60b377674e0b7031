/** Quotes. */
import { z } from "zod";
import { makeQuote } from "../../pricing/quotes.ts";
import { MOST_DURATION_SECONDS } from "../../sessions/session.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { microUsdc, orZero, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

/** As it stands in a URL, also as JavaScript writes what is near 0: `1e-7`. */
const degrees = (whole: RegExp) =>
  z
    .string()
    .regex(new RegExp(`^-?(${whole.source}|\\d(\\.\\d{1,20})?e-\\d{1,3})$`), "is no number of degrees")
    .transform((text) => orZero(Number(text)));
const lat = degrees(/90(\.0{1,20})?|[0-8]?\d(\.\d{1,20})?/).describe("-90 to 90, WGS84");
const lng = degrees(/180(\.0{1,20})?|(1[0-7]\d|\d{1,2})(\.\d{1,20})?/).describe("-180 to 180, WGS84");

const quote = z.object({
  quoteId: z.string(),
  ratePerSecondMicroUsdc: microUsdc,
  estimatedTotalMicroUsdc: microUsdc,
  supplyFactor: z.number(),
  demandFactor: z.number(),
  corridorMultiplier: z.number(),
  baseRatePerSecondMicroUsdc: microUsdc,
  expiresAt: z.iso.datetime(),
});

export async function pricingRoutes(app: Routes, context: Context): Promise<void> {
  const { db, config } = context;
  app.get(
    "/pricing/quote",
    {
      schema: {
        tags: ["pricing"],
        summary: "A price that stands for 30 s, for one session",
        querystring: workspaceQuery.extend({
          lat,
          lng,
          durationSeconds: z.coerce.number().int().min(1).max(MOST_DURATION_SECONDS),
        }),
        response: { 200: enveloped(quote), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, lat, lng, durationSeconds } = request.query;
      const workspace = await actingFor(context, request, {
        scopes: ["pricing:read"],
        permission: "view",
        workspaceId,
      });
      const row = await makeQuote(
        db,
        { ...context, baseRate: config.baseRate },
        { workspaceId: workspace.id, lat, lng, durationSeconds },
      );
      return success(reply, {
        quoteId: row.id,
        ratePerSecondMicroUsdc: row.ratePerSecond.toString(),
        estimatedTotalMicroUsdc: (row.ratePerSecond * BigInt(durationSeconds)).toString(),
        supplyFactor: 1,
        demandFactor: 1,
        corridorMultiplier: 1,
        baseRatePerSecondMicroUsdc: config.baseRate.toString(),
        expiresAt: row.expiresAt.toISOString(),
      });
    },
  );
}
