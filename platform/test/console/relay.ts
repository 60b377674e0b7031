/** A relay of WalletConnect on this machine: passes on what is published to whoever has subscribed, and keeps it for who comes later. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

type Text =
  | "topic"
  | "message"
  | "pairingTopic"
  | "sessionTopic"
  | "sessionProposal"
  | "sessionProposalResponse"
  | "sessionSettlementRequest";

interface Asked {
  id: number;
  method?: string;
  params: Partial<Record<Text, string>> & { topics?: string[]; tag?: number };
}

export interface Relay {
  url: string;
  /** With which project each connection came. */
  projects: (string | null)[];
  close(): Promise<void>;
}

export async function openRelay(): Promise<Relay> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const projects: (string | null)[] = [];
  const subscribers = new Map<string, Map<WebSocket, string>>();
  const kept = new Map<string, object[]>();

  const subscribe = (socket: WebSocket, topic: string): string => {
    const id = randomUUID();
    subscribers.set(topic, (subscribers.get(topic) ?? new Map()).set(socket, id));
    for (const data of kept.get(topic) ?? []) push(socket, id, data);
    kept.delete(topic);
    return id;
  };
  const push = (socket: WebSocket, id: string, data: object) =>
    socket.send(
      JSON.stringify({ id: Date.now() * 1_000, jsonrpc: "2.0", method: "irn_subscription", params: { id, data } }),
    );
  const publish = (from: WebSocket, topic: string, message: Asked["params"]) => {
    const data = { ...message, topic, publishedAt: Date.now() };
    const others = [...(subscribers.get(topic) ?? [])].filter(([socket]) => socket !== from);
    for (const [socket, id] of others) push(socket, id, data);
    if (others.length === 0) kept.set(topic, [...(kept.get(topic) ?? []), data]);
    return true;
  };
  const answer = (socket: WebSocket, { method, params }: Asked): unknown => {
    switch (method) {
      case "irn_subscribe":
        return subscribe(socket, params.topic ?? "");
      case "irn_batchSubscribe":
        return params.topics?.map((topic) => subscribe(socket, topic));
      case "irn_publish":
        return publish(socket, params.topic ?? "", params);
      // Newer versions have the relay do for them what is the same each time.
      case "wc_proposeSession": {
        const { pairingTopic: topic = "", sessionProposal: message = "" } = params;
        subscribe(socket, topic);
        return publish(socket, topic, { message, tag: 1_100 });
      }
      case "wc_approveSession": {
        const { pairingTopic = "", sessionTopic = "" } = params;
        subscribe(socket, sessionTopic);
        publish(socket, pairingTopic, { message: params.sessionProposalResponse ?? "", tag: 1_101 });
        return publish(socket, sessionTopic, { message: params.sessionSettlementRequest ?? "", tag: 1_102 });
      }
      case "irn_batchFetchMessages":
        return { messages: [], hasMore: false };
      default:
        return true;
    }
  };
  sockets.on("connection", (socket: WebSocket, request: IncomingMessage) => {
    projects.push(new URL(request.url ?? "", "http://localhost").searchParams.get("projectId"));
    socket.on("message", (text: unknown) => {
      const asked = JSON.parse(String(text)) as Asked;
      // Without a method it is an answer to what was pushed.
      if (asked.method !== undefined)
        socket.send(JSON.stringify({ id: asked.id, jsonrpc: "2.0", result: answer(socket, asked) }));
    });
    socket.on("close", () => {
      for (const them of subscribers.values()) them.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    projects,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
