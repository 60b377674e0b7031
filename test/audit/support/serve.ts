/** Answers JSON-RPC over HTTP on this machine. */
import { createServer } from "node:http";
import type { Send } from "@luxxon/chain/rpc/endpoint";

interface Refusal {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** @param refuse What a request gets instead of an answer; undefined: the answer. */
export async function serve(send: Send, refuse: (body: string) => Refusal | undefined = () => undefined) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const refusal = refuse(body);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, refusal.headers).end(refusal.body ?? "");
      return;
    }
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    const answer = await send(method, params).then(
      (result) => ({ result }),
      ({ code, message }: { code?: number; message: string }) => ({ error: { code: code ?? -32000, message } }),
    );
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
