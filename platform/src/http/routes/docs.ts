/** The published document, and a page to read it. */
import type { FastifyInstance } from "fastify";
import type { Context } from "../context.ts";
import { PREFIX, type Routes } from "./route.ts";

export async function docsRoutes(app: Routes, { config }: Context): Promise<void> {
  app.get(`${PREFIX}/docs-json`, { schema: { hide: true } }, async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send((app as unknown as FastifyInstance).swagger()),
  );
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  await app.register(scalar, {
    routePrefix: "/docs",
    configuration: {
      url: `${config.publicUrl.pathname.replace(/\/$/, "")}${PREFIX}/docs-json`,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}
