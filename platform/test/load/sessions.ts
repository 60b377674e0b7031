/**
 * Whole sessions through the API at a fixed rate: each begins at its own moment, whether those before it are done or not,
 * so that a slow answer delays nobody but is counted as slow.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ask, type Reply } from "./client.ts";
import type { People } from "./people.ts";
import { percentile } from "./statistics.ts";

export interface Played {
  sessions: number;
  /** What went otherwise than it should, each once. */
  errors: string[];
  /** ms that the answers of a whole session took together, without the second in which it was live. */
  p50: number;
  p99: number;
  /** The same of each request. */
  byStep: Record<Step, { p50: number; p99: number }>;
}

const STEPS = ["create", "accept", "start", "end"] as const;
type Step = (typeof STEPS)[number];

/** A session is live for so long, ms: it has to cost something. */
const LIVE_MS = 1_100;

export async function playSessions(
  api: string,
  { consumers, operators }: People,
  { perSecond, seconds, onProgress }: { perSecond: number; seconds: number; onProgress: (done: number) => void },
): Promise<Played> {
  const took: Record<Step, number[]> = { create: [], accept: [], start: [], end: [] };
  const whole: number[] = [];
  const errors = new Map<string, number>();
  const total = Math.round(perSecond * seconds);
  let done = 0;

  const play = async (i: number, due: number) => {
    const consumer = consumers[i % consumers.length] as (typeof consumers)[number];
    // Another pairing each round.
    const operator = operators[(i + Math.floor(i / consumers.length)) % operators.length] as (typeof operators)[number];
    let sum = 0;
    const step = async (name: Step, since: number, wanted: number, asking: () => Promise<Reply>) => {
      const { status, data } = await asking();
      const ms = performance.now() - since;
      took[name].push(ms);
      sum += ms;
      if (status !== wanted) throw new Error(`${name} was answered with ${status}`);
      return data;
    };
    const { id } = await step("create", due, 201, () =>
      ask("POST", `${api}/sessions`, consumer.key, { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 }),
    );
    const at = `${api}/sessions/${id}`;
    await step("accept", performance.now(), 200, () => ask("POST", `${at}/accept`, operator.key));
    await step("start", performance.now(), 200, () => ask("POST", `${at}/start`, operator.key));
    await sleep(LIVE_MS);
    const ended = await step("end", performance.now(), 200, () =>
      ask("POST", `${at}/end`, (i % 2 === 0 ? consumer : operator).key),
    );
    if (ended.state !== "ENDED") throw new Error(`end left it ${ended.state}`);
    whole.push(sum);
  };

  const began = performance.now();
  const playing: Promise<void>[] = [];
  for (let i = 0; i < total; i++) {
    const due = began + (i * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    playing.push(
      play(i, due)
        .catch((error: unknown) => {
          const said = error instanceof Error ? error.message : String(error);
          errors.set(said, (errors.get(said) ?? 0) + 1);
        })
        .finally(() => onProgress(++done / total)),
    );
  }
  await Promise.all(playing);
  const of = (values: number[]) => ({ p50: percentile(values, 0.5), p99: percentile(values, 0.99) });
  return {
    sessions: total,
    errors: [...errors].map(([said, times]) => `${times} × ${said}`),
    ...of(whole),
    byStep: Object.fromEntries(STEPS.map((step) => [step, of(took[step])])) as Played["byStep"],
  };
}
