/** A little traffic over several API processes: who is not answered by one asks the next, as a balancer would. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Told } from "../chaos/load.ts";
import { ask, type Reply } from "../load/client.ts";
import type { LoadPerson, People } from "../load/people.ts";

export interface Traffic {
  /** Sessions that were answered to have ended, with what they cost. */
  readonly told: readonly Told[];
  /** Answers that nobody should get. */
  readonly strange: readonly string[];
  stop(): Promise<void>;
}

/** How long one thing is insisted on, ms: longer than any takeover. */
const PATIENCE_MS = 60_000;
const LIVE_MS = 1_100;
/** States from which a step was done already: its answer was lost. */
const AFTER = { accept: ["ASSIGNED", "LIVE"], start: ["LIVE"], end: ["ENDED"] } as const;

export function openTraffic(urls: readonly string[], { consumers, operators }: People): Traffic {
  const told: Told[] = [];
  const strange: string[] = [];
  let isOpen = true;
  let asked = 0;
  let sessions = 0;

  const insist = async (method: string, path: string, key: string, body?: unknown, idempotencyKey?: string) => {
    let last: Reply | undefined;
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
      const url = `${urls[asked++ % urls.length]}/api/v1${path}`;
      last = await ask(method, url, key, body, idempotencyKey).catch(() => undefined);
      if (last !== undefined && last.status < 500) return last;
    }
    throw new Error(`${method} ${path} is not answered (${last?.status ?? "no answer"})`);
  };

  const step = async (id: string, name: keyof typeof AFTER, key: string) => {
    const { status } = await insist("POST", `/sessions/${id}/${name}`, key);
    if (status === 200) return;
    const now = await insist("GET", `/sessions/${id}`, key);
    if (status === 409 && AFTER[name].some((state) => state === now.data?.state)) return;
    throw new Error(`${name} of a session that is ${now.data?.state}: ${status}`);
  };

  const play = async (consumer: LoadPerson, operator: LoadPerson) => {
    const body = { lat: 4.71, lng: -74.07, maxDurationSeconds: 60, waitTimeoutSeconds: 120 };
    const made = await insist("POST", "/sessions", consumer.key, body, `traffic-${consumer.address}-${sessions++}`);
    if (made.status !== 201) throw new Error(`a session: ${made.status}`);
    const id = made.data.id as string;
    await step(id, "accept", operator.key);
    await step(id, "start", operator.key);
    await sleep(LIVE_MS);
    await step(id, "end", consumer.key);
    const { data } = await insist("GET", `/settlements/${id}`, consumer.key);
    told.push({ id, charged: BigInt(data.payload?.toAmount ?? 0) + BigInt(data.payload?.feeAmount ?? 0) });
  };

  const work = consumers.map(async (consumer, i) => {
    while (isOpen)
      await play(consumer, operators[i] as LoadPerson).catch((error: unknown) =>
        strange.push(error instanceof Error ? error.message : String(error)),
      );
  });
  return {
    told,
    strange,
    async stop() {
      isOpen = false;
      await Promise.all(work);
    },
  };
}
