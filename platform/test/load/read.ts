/**
 * `GET /sessions/{id}` by key, against a bare handler: Node's own server, the same statement, the same driver and pool, and
 * nothing else.
 */
import { fileURLToPath } from "node:url";
import { endProgram } from "@luxxon/local/program";
import autocannon from "autocannon";
import type { People } from "./people.ts";
import { allConfirmed, writeSessions } from "./settled.ts";
import type { Stage } from "./stage.ts";

export interface ReadFigures {
  /** Requests a second. */
  platform: number;
  bare: number;
  ratio: number;
  /** ms. */
  p99: number;
}

const CONNECTIONS = 32;
/** Sessions that are asked for, settled all of them. */
const SESSIONS = 500;
/** Bare and not, in turns: what else the machine does meets both. */
const ROUNDS = 3;

export async function measureRead(stage: Stage, api: string, people: People, seconds: number): Promise<ReadFigures> {
  const written = await writeSessions(stage.db, people, SESSIONS, "ENDED", new Date());
  await allConfirmed(stage.db);
  const keys = new Map<string, string>(people.consumers.map(({ address, key }) => [address, key]));
  const asked = written.map(({ id, consumer }) => ({ id, key: keys.get(consumer) ?? "" }));
  const server = fileURLToPath(new URL("./bareServer.ts", import.meta.url));
  const bare = await stage.run([server, stage.databaseUrl]);
  try {
    const [ours, theirs, latencies]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const measured = await shoot(api, asked, seconds / ROUNDS);
      ours.push(measured.requestsPerSecond);
      latencies.push(measured.p99);
      theirs.push((await shoot(bare.line, asked, seconds / ROUNDS)).requestsPerSecond);
    }
    const [platform, other] = [mean(ours), mean(theirs)];
    return { platform, bare: other, ratio: platform / other, p99: Math.max(...latencies) };
  } finally {
    await endProgram(bare.child);
  }
}

async function shoot(url: string, asked: readonly { id: string; key: string }[], seconds: number) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: asked.map(({ id, key }) => ({
      path: `${new URL(url).pathname.replace(/\/$/, "")}/sessions/${id}`,
      headers: { authorization: `Bearer ${key}` },
    })),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx + result.errors} of ${result.requests.total} requests to ${url} failed`);
  return { requestsPerSecond: result.requests.total / result.duration, p99: result.latency.p99 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
