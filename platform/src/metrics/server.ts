/** Serves the metrics on a port of their own: what they tell is the operator's, and no client of the API reaches it. */
import { createServer } from "node:http";
import { UsageError } from "@luxxon/chain/usageError";
import type { Metrics } from "./metrics.ts";

/** @throws {UsageError} if the port is taken. */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  metrics: Metrics,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, async (request, response) => {
    const path = request.url?.split("?")[0];
    if (path !== "/metrics") return response.writeHead(404).end();
    if (request.method !== "GET") return response.writeHead(405, { allow: "GET" }).end();
    const text = await metrics.text().catch(() => undefined);
    if (text === undefined) return response.writeHead(500).end();
    return response
      .writeHead(200, { "content-type": metrics.contentType, "x-content-type-options": "nosniff" })
      .end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UsageError(`Port ${port} of ${host} is in use: choose another with METRICS_PORT.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as { port: number }).port}/metrics`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
