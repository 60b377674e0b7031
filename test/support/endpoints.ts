/** Serves endpoints that answer as live ones sometimes do. */
import { type Call, type Endpoint, serve, serveReplies } from "@luxxon/local/fork/relay";

/** An endpoint that answers every request in the same way. */
export function serveAlways(status: number, body: string): Promise<Endpoint> {
  return serve((_, response) => void response.writeHead(status).end(body));
}

/** An endpoint that answers JSON-RPC from a table, by method. */
export function serveAnswers(answers: Record<string, object>): Promise<Endpoint> {
  return serveReplies((body) => {
    const { id, method } = JSON.parse(body) as Call & { id: number };
    return { status: 200, body: JSON.stringify({ jsonrpc: "2.0", id, ...answers[method] }) };
  });
}
