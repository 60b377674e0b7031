/** Finds ports on the loopback interface that nobody listens on. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range from which systems give ports to clients: what is kept here is still free tomorrow. */
const [LOWEST, HIGHEST] = [20_000, 29_999];

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${LOWEST} to ${HIGHEST}`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
