/** Stands between a platform and its Postgres, to cut the line. */
import { createServer, connect as dial, type Socket } from "node:net";

/** @returns The database's URL through it, and what cuts every connection and takes no other. */
export async function cutDatabase(url: string): Promise<{ url: string; cut(): Promise<void> }> {
  const there = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(there.port), there.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on("error", () => undefined)
        .on("close", () => {
          open.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.port = String((server.address() as { port: number }).port);
  return {
    url: through.href,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
