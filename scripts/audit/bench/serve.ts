/** Answers JSON-RPC over HTTP on this machine, as a node does. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Send } from "@luxxon/chain/rpc/endpoint";

export async function serve(send: Send): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(parts).toString());
    const answer = await send(method, params).then(
      (result) => ({ result }),
      ({ code = -32_000, message }) => ({ error: { code, message } }),
    );
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
