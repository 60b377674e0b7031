/** Serves JSON-RPC endpoints on this machine that do what live ones do now and then. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { forgetLocalChain } from "./cache.ts";

export interface Call {
  method: string;
  params?: unknown[];
}

export interface Endpoint {
  url: string;
  close(): void;
}

/** Serves HTTP on a free port. */
export async function serve(listener: RequestListener): Promise<Endpoint> {
  const server = createServer(listener);
  const url = await listening(server);
  return {
    url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Listens on a free port of this machine. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Reply {
  status: number;
  body: string;
}

/** An endpoint that answers each body as it is told, and with 502 if it cannot be. */
export function serveReplies(reply: (body: string) => Reply | Promise<Reply>): Promise<Endpoint> {
  return serve(async (request, response) => {
    try {
      const { status, body } = await reply(await text(request));
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    } catch {
      response.writeHead(502).end();
    }
  });
}

export interface RelayOptions {
  /** Whether to turn this request away with 429 instead of passing it on. */
  refuse?: (index: number) => boolean;
  /** Changes a result on its way back. */
  dress?: (call: Call, result: unknown) => unknown;
  /** Answers a call instead of the target, if it returns anything: `{ result }` or `{ error }`. */
  instead?: (call: Call) => object | undefined;
  /** Is told of a call that the target has answered, before the answer goes back. */
  after?: (call: Call) => void | Promise<void>;
}

/** Passes every request on to the endpoint at `target`, and counts them by method. */
export async function relayTo(target: string, { refuse, dress, instead, after }: RelayOptions) {
  const counts = new Map<string, number>();
  let index = 0;
  let refused = 0;

  const endpoint = await serveReplies(async (body) => {
    if (refuse?.(index++) === true) {
      refused++;
      return { status: 429, body: "too many requests" };
    }
    const sole = JSON.parse(body) as (Call & { id: number }) | Call[];
    if (!Array.isArray(sole)) {
      const own = instead?.(sole);
      if (own !== undefined) return { status: 200, body: JSON.stringify({ jsonrpc: "2.0", id: sole.id, ...own }) };
    }
    const response = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json" } });
    const reply: unknown = await response.json();
    const calls = [sole as Call | Call[]].flat();
    const answers = [reply as { result?: unknown } | { result?: unknown }[]].flat();
    for (const [i, call] of calls.entries()) {
      counts.set(call.method, (counts.get(call.method) ?? 0) + 1);
      const one = answers[i];
      if (one?.result !== undefined && dress !== undefined) one.result = dress(call, one.result);
      await after?.(call);
    }
    return { status: 200, body: JSON.stringify(reply) };
  });
  return {
    ...endpoint,
    counts,
    refused: () => refused,
    close() {
      endpoint.close();
      forgetLocalChain(endpoint.url);
    },
  };
}
