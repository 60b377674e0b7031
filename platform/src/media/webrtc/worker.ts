/**
 * Holds the rooms, in a thread of its own: what forwards packets does not keep the API waiting, and what a hostile peer
 * breaks ends this thread alone.
 */
import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../clock.ts";
import { Refused } from "../../refusal.ts";
import type { Answer, Asked, Request } from "./backend.ts";
import type { Network } from "./peer.ts";
import { openRoom, type Room } from "./room.ts";

/** How often it is told what was seen, ms. */
const TELL_MS = 500;

const port = parentPort;
if (port === null) throw new Error("This runs as a worker of backend.ts.");
const network = workerData as Network;
const rooms = new Map<string, Room>();
const say = (answer: Answer) => port.postMessage(answer);

function tell(hasPicture = false): void {
  say({ seen: [...rooms].map(([sessionId, room]) => ({ sessionId, video: room.seen() })), hasPicture });
}
setInterval(tell, TELL_MS);

async function answer(asked: Asked): Promise<unknown> {
  const { sessionId } = asked;
  const room = rooms.get(sessionId);
  switch (asked.what) {
    case "connect": {
      const there = room ?? openRoom({ network, clock: systemClock, onPicture: () => tell(true) });
      rooms.set(sessionId, there);
      return await there.connect(asked.side, asked.offer);
    }
    case "disconnect":
      return room?.disconnect(asked.side, asked.connectionId) ?? false;
    case "frame":
      return await room?.frame();
    case "close":
      rooms.delete(sessionId);
      return room?.close();
  }
}

// What a hostile peer's packets break somewhere in a socket's handler is that peer's affair; the others go on.
for (const kind of ["uncaughtException", "unhandledRejection"] as const)
  process.on(kind, (error: unknown) =>
    say({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );

port.on("message", ({ id, asked }: Request) => {
  answer(asked).then(
    (value) => say({ id, value }),
    (error: unknown) => {
      if (!(error instanceof Refused)) return say({ id, failed: String(error) });
      const { code, message, detail, retryAfter } = error;
      say({ id, refused: { code, message, detail, retryAfter } });
    },
  );
});
