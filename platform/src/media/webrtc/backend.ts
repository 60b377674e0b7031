/**
 * Live video by WebRTC on this machine: for development, and for as much as one machine carries. A service behind the same
 * WHIP and WHEP takes its place by implementing `Media`.
 */
import { Worker } from "node:worker_threads";
import { type Code, Refused } from "../../refusal.ts";
import type { Links, Media, Seen, Side } from "../media.ts";
import type { Network } from "./peer.ts";

/** What the thread is asked. */
export type Asked = { sessionId: string } & (
  | { what: "connect"; side: Side; offer: string }
  | { what: "disconnect"; side: Side; connectionId: string }
  | { what: "frame" }
  | { what: "close" }
);
export interface Request {
  id: number;
  asked: Asked;
}
export type Answer =
  | { id: number; value: unknown }
  | { id: number; failed: string }
  | { id: number; refused: { code: Code; message: string; detail: string | undefined; retryAfter: number | undefined } }
  | { seen: Seen[]; hasPicture: boolean }
  /** Something that nobody asked for went wrong; the thread goes on. */
  | { fault: string };

export interface WebrtcOptions {
  links: Links;
  network: Network;
  newRef: () => string;
  log: { error(what: object, message: string): void };
}

/** A thread that does not answer within this time is as good as dead, ms. */
const ANSWER_MS = 10_000;

export function webrtcMedia({ links, network, newRef, log }: WebrtcOptions): Media {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let worker: Worker | undefined;
  let seen: Seen[] = [];
  let act = () => {};
  let ids = 0;

  const away = (cause?: unknown) =>
    new Refused("VIDEO_ERROR", "Live video has broken down and starts anew. Publish, or play, again.", { cause });

  /** Started when it is first needed, and again when it has ended: who published publishes again, to the same link. */
  const running = (): Worker => {
    if (worker !== undefined) return worker;
    const next = new Worker(new URL("./worker.ts", import.meta.url), { workerData: network });
    next.unref();
    worker = next;
    next.on("message", (answer: Answer) => {
      if ("seen" in answer) {
        seen = answer.seen;
        if (answer.hasPicture) act();
        return;
      }
      if ("fault" in answer) return log.error({ err: answer.fault }, "live video met a fault");
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if ("value" in answer) waiting?.resolve(answer.value);
      else if ("failed" in answer) waiting?.reject(away(answer.failed));
      else waiting?.reject(new Refused(answer.refused.code, answer.refused.message, rest(answer.refused)));
    });
    const gone = (cause: unknown) => {
      if (worker !== next) return;
      worker = undefined;
      seen = [];
      log.error({ err: cause }, "the thread of live video has ended: the next connection starts it anew");
      for (const { reject } of pending.values()) reject(away(cause));
      pending.clear();
    };
    next.on("error", gone);
    next.on("exit", gone);
    return next;
  };

  const ask = async (asked: Asked): Promise<unknown> => {
    const id = ids++;
    const thread = running();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        timer = setTimeout(() => {
          reject(away("no answer"));
          void thread.terminate();
        }, ANSWER_MS);
        thread.postMessage({ id, asked } satisfies Request);
      });
    } finally {
      clearTimeout(timer);
      pending.delete(id);
    }
  };
  /** Where nothing runs there is nothing to ask. */
  const askIfRunning = async (asked: Asked) => (worker === undefined ? undefined : await ask(asked));

  return {
    ...links,
    isLiveAtStart: false,
    open: async () => `webrtc:${newRef()}`,
    // Nobody waits for it: what is not heard now is closed with the next look at what is over.
    close: async (sessionId) => void askIfRunning({ what: "close", sessionId }).catch(() => undefined),
    connect: async (sessionId, side, offer) =>
      (await ask({ what: "connect", sessionId, side, offer })) as { connectionId: string; answer: string },
    disconnect: async (sessionId, side, connectionId) =>
      (await askIfRunning({ what: "disconnect", sessionId, side, connectionId })) === true,
    seen: () => seen,
    onPicture: (then) => (act = then),
    async frame({ id }) {
      const jpeg = (await askIfRunning({ what: "frame", sessionId: id })) as Uint8Array | undefined;
      return jpeg === undefined ? undefined : Buffer.from(jpeg);
    },
    async stop() {
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
}

function rest({ detail, retryAfter }: { detail: string | undefined; retryAfter: number | undefined }) {
  return { ...(detail === undefined ? {} : { detail }), ...(retryAfter === undefined ? {} : { retryAfter }) };
}
