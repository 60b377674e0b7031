/** What anybody may know of places: where operators are, and what was asked for. */
import { z } from "zod";
import { coverage } from "../../places/coverage.ts";
import { DEMAND_DAYS, openDemand } from "../../places/demand.ts";
import { DEVICE_KINDS } from "../../workspaces/workspaces.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { lat, lng } from "../schemas.ts";
import type { Routes } from "./route.ts";

const circle = z.object({ lat, lng, radiusMeters: z.number(), deviceKind: z.enum(DEVICE_KINDS).nullable() });
const cell = z.object({
  lat: lat.describe("The cell's middle"),
  lng,
  requests: z.int(),
  unmet: z.int().describe("Requests that are over and never had an operator"),
  avgMaxPriceMicroUsdc: z.number().nullable().describe("What a request was ready to cost at most, on average, µUSDC"),
});
/** Circles at most: bare answers have no pages. */
const MOST_CIRCLES = 10_000;

export async function placeRoutes(app: Routes, { db, clock }: Context): Promise<void> {
  const demand = openDemand(db, clock);
  app.get(
    "/coverage",
    {
      schema: {
        tags: ["places"],
        summary: "Where operators are online",
        response: { 200: enveloped(z.array(circle)), ...errors(503) },
      },
    },
    async (_request, reply) => success(reply, await coverage(db, { clock }, MOST_CIRCLES)),
  );
  app.get(
    "/demand",
    {
      schema: {
        tags: ["places"],
        summary: `What was asked for in the last ${DEMAND_DAYS} days, in cells of about 5 km`,
        response: { 200: enveloped(z.array(cell)), ...errors(503) },
      },
    },
    async (_request, reply) => success(reply, await demand()),
  );
}
