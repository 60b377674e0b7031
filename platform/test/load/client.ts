/** Asks the API over connections that stay open, as a server's client would, with as little work of its own as possible. */
import { Agent, request } from "node:http";

export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is for each load to say.
  data: any;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

export function ask(method: string, url: string, key: string, body?: unknown, idempotencyKey?: string): Promise<Reply> {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asking = request(
      url,
      {
        method,
        agent,
        headers: {
          ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
          ...(sent === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("error", reject);
        response.on("end", () => {
          try {
            resolve({ status: response.statusCode ?? 0, data: text === "" ? undefined : JSON.parse(text).data });
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    asking.on("error", reject);
    asking.end(sent);
  });
}

export function closeConnections(): void {
  agent.destroy();
}
