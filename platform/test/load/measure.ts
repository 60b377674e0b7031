/** Measures what the table of figures is about, one part after the other, on one stage and in one run. */
import { unless } from "@luxxon/chain/command/interrupt";
import { MAX_BATCH } from "@luxxon/contracts-abi";
import { closeConnections } from "./client.ts";
import { PARTS, type Part } from "./parts.ts";
import { invite, type People } from "./people.ts";
import { measureRead } from "./read.ts";
import { measureRelayer } from "./relayer.ts";
import { playSessions } from "./sessions.ts";
import { allConfirmed, writeSessions } from "./settled.ts";
import { BATCH_WAIT, BLOCK_SECONDS, CONFIRMED_AFTER, openStage, type Server, type Stage } from "./stage.ts";
import { countStatements, perSession } from "./statements.ts";
import { percentile, watchMemory } from "./statistics.ts";
import { type PerSession, usageOf, usagePerSession } from "./usage.ts";

export interface LoadOptions {
  only: readonly Part[];
  /** How long sessions come evenly, `api` and `steady` each. */
  minutes: number;
  /** Sessions that end at once. */
  burst: number;
  /** Sessions that the relayer finds due. */
  due: number;
  say: (text: string) => void;
  /** @param done 0 to 1, of the part. */
  onProgress: (part: Part, done: number) => void;
  /** Gives up: all of it is stopped, and deleted. */
  interrupt?: AbortSignal;
}

export interface Figure {
  part: Part;
  what: string;
  value: string;
  /** What it must be, and what would be better. */
  must?: string;
  goal?: string;
  /** Undefined: it is shown, and held against nothing. */
  isGood?: boolean;
}

export interface Measured {
  figures: Figure[];
  /** Each statement that the platform sends, with how often a session of `api` takes it. */
  statements: { text: string; times: number }[];
  statementsPerSession?: number;
  gasPerSession?: number;
  usage?: PerSession;
  seconds: number;
}

/** Consumers, and as many operators. */
const EACH = 10;
const API_PER_SECOND = 50;
const STEADY_PER_SECOND = 12;
const READ_SECONDS = 15;

export async function measure(options: LoadOptions): Promise<Measured> {
  const began = Date.now();
  options.say("Starting Postgres, SpiceDB, the chain and the platform …");
  const stage = await openStage(options.interrupt);
  try {
    const measured = await unless(options.interrupt, measureOn(stage, options));
    return { ...measured, seconds: (Date.now() - began) / 1_000 };
  } finally {
    closeConnections();
    await stage.close();
  }
}

async function measureOn(stage: Stage, options: LoadOptions): Promise<Omit<Measured, "seconds">> {
  const figures: Figure[] = [];
  const resident: number[] = [];
  let more: Omit<Measured, "figures" | "seconds"> = { statements: [] };
  const server = await stage.start("api,relayer,watcher,clock");
  const people = await invite(stage, server.api, EACH);
  const run = { stage, people, server, options };
  for (const part of PARTS.filter((it) => it !== "relayer" && options.only.includes(it))) {
    options.say(TITLES[part]);
    const memory = watchMemory(server.pid);
    const measured = await MEASURES[part as Exclude<Part, "relayer">](run);
    memory.stop();
    figures.push(...measured.figures);
    more = { ...more, ...measured.more };
    if (part === "api" || part === "steady") resident.push(...memory.samples);
    await allConfirmed(stage.db);
  }
  if (resident.length > 0) figures.push(memoryFigure(resident));
  await server.stop();
  closeConnections();
  if (options.only.includes("relayer")) {
    options.say(TITLES.relayer);
    const measured = await relayerFigures(stage, people, options.due);
    figures.push(...measured.figures);
    more = { ...more, ...measured.more };
  }
  return { figures, ...more };
}

const TITLES: Record<Part, string> = {
  api: `Whole sessions through the API, ${API_PER_SECOND} a second …`,
  steady: `Sessions that end evenly, ${STEADY_PER_SECOND} a second: a million a day …`,
  read: "GET /sessions/{id} by key, beside a bare handler …",
  burst: "Sessions that end at once …",
  relayer: "The relayer, beside a bare script that sends full batches …",
};

interface Run {
  stage: Stage;
  people: People;
  server: Server;
  options: LoadOptions;
}

type Outcome = Promise<{ figures: Figure[]; more?: Partial<Omit<Measured, "figures" | "seconds">> }>;

const MEASURES: Record<Exclude<Part, "relayer">, (run: Run) => Outcome> = {
  async api({ stage, people, server, options }) {
    const { db } = stage;
    const [before, usedBefore] = [await countStatements(db), await usageOf(db, server.pid)];
    const played = await playSessions(server.api, people, {
      perSecond: API_PER_SECOND,
      seconds: options.minutes * 60,
      onProgress: (done) => options.onProgress("api", done),
    });
    const errors = played.errors.join("; ") || "none";
    await allConfirmed(db);
    const [after, usedAfter] = [await countStatements(db), await usageOf(db, server.pid)];
    const usage = usagePerSession(usedBefore, usedAfter, played.sessions);
    const statements = (after.calls - before.calls) / played.sessions;
    const [part] = PARTS;
    return {
      more: {
        statements: perSession(before, after, played.sessions),
        statementsPerSession: statements,
        usage,
      },
      figures: [
        {
          part,
          what: `errors of ${played.sessions} whole sessions at ${API_PER_SECOND} a second`,
          value: errors,
          must: "none",
          isGood: played.errors.length === 0,
        },
        {
          part,
          what: "all four answers of a session together, p99 (p50)",
          value: `${ms(played.p99)} (${ms(played.p50)})`,
          must: "< 100 ms",
          isGood: played.p99 < 100,
        },
        ...Object.entries(played.byStep).map(([step, { p50, p99 }]) => ({
          part,
          what: `\`${step}\` alone, p99 (p50)`,
          value: `${ms(p99)} (${ms(p50)})`,
        })),
        {
          part,
          what: "database statements a whole session, settlement, watcher and clock included",
          value: statements.toFixed(1),
          goal: "≤ 20",
          isGood: statements <= 20,
        },
        ...(usage.cpuMs === undefined
          ? []
          : [{ part, what: "processor time of the platform's process, a whole session", value: ms(usage.cpuMs) }]),
      ],
    };
  },

  async steady({ stage, people, server, options }) {
    const since = new Date();
    const played = await playSessions(server.api, people, {
      perSecond: STEADY_PER_SECOND,
      seconds: options.minutes * 60,
      onProgress: (done) => options.onProgress("steady", done),
    });
    if (played.errors.length > 0) throw new Error(`sessions failed: ${played.errors.join("; ")}`);
    await allConfirmed(stage.db);
    const rows = await stage.db.rows<{ ms: number }>`
      select extract(epoch from t.confirmed_at - s.ended_at)::double precision * 1000 as ms from settlements t join sessions s on s.id = t.session_id
      where s.created_at >= ${since}`;
    const took = rows.map((row) => row.ms);
    const p99 = percentile(took, 0.99);
    const base = BATCH_WAIT + CONFIRMED_AFTER;
    const [must, goal] = [base + 4 * BLOCK_SECONDS, base + 2 * BLOCK_SECONDS];
    return {
      figures: [
        {
          part: "steady",
          what: `from end to CONFIRMED, ${took.length} sessions at ${STEADY_PER_SECOND} a second, p99 (p50)`,
          value: `${(p99 / 1_000).toFixed(2)} s (${(percentile(took, 0.5) / 1_000).toFixed(2)} s)`,
          must: `< ${must} s: BATCH_WAIT + CONFIRMED_AFTER + 4 blocks`,
          goal: `< ${goal} s`,
          isGood: p99 < must * 1_000,
        },
      ],
    };
  },

  async read({ stage, people, server }) {
    const { platform, bare, ratio, p99 } = await measureRead(stage, server.api, people, READ_SECONDS);
    return {
      figures: [
        {
          part: "read",
          what: "GET /sessions/{id} by key: of the requests a second of a bare handler with the same statement",
          value: `${ratio.toFixed(2)} (${platform.toFixed(0)} of ${bare.toFixed(0)}; p99 ${ms(p99)})`,
          must: "≥ 0.5",
          goal: "≥ 0.7",
          isGood: ratio >= 0.5,
        },
      ],
    };
  },

  async burst({ stage, people, options }) {
    const { db } = stage;
    const last = await db.row<{ id: bigint }>`select coalesce(max(id), 0) as id from batches`;
    const at = new Date(Date.now() + 5_000 + options.burst);
    await writeSessions(db, people, options.burst, "LIVE", at);
    await allConfirmed(db, (left) => options.onProgress("burst", 1 - left / options.burst));
    const row = await db.row<{ batches: bigint; at: Date }>`
      select (select count(*) from batches where id > ${last?.id}) as batches, (select max(confirmed_at) from settlements) as at`;
    const { batches, at: confirmedAt } = row as { batches: bigint; at: Date };
    const wanted = Math.ceil(options.burst / MAX_BATCH);
    return {
      figures: [
        {
          part: "burst",
          what: `batches of ${options.burst} sessions that ended at once, all CONFIRMED after ${((confirmedAt.getTime() - at.getTime()) / 1_000).toFixed(1)} s`,
          value: String(batches),
          must: `${wanted}, all full`,
          isGood: Number(batches) === wanted,
        },
      ],
    };
  },
};

async function relayerFigures(stage: Stage, people: People, due: number): Outcome {
  const { platform, bare, ratio, gasPerSession } = await measureRelayer(stage, people, due);
  return {
    more: { gasPerSession },
    figures: [
      {
        part: "relayer",
        what: "sessions that the relayer settles a second, of what a bare script reaches with batches signed before, as many in flight, on blocks like Base's",
        value: `${ratio.toFixed(2)} (${platform.toFixed(0)} of ${bare.toFixed(0)})`,
        must: "≥ 0.7",
        goal: "≥ 0.9",
        isGood: ratio >= 0.7,
      },
      { part: "relayer", what: "gas a session in a full batch", value: gasPerSession.toFixed(0) },
    ],
  };
}

function memoryFigure(samples: readonly number[]): Figure {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const mean = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0) / some.length;
  const [middle, end] = [mean(samples.slice(third, -third)), mean(samples.slice(-third))];
  const most = Math.max(...samples);
  return {
    part: "api",
    what: `memory of the platform's process over ${samples.length} s of such sessions, at most (mean of the second third, and of the last)`,
    value: `${most.toFixed(0)} MB (${middle.toFixed(0)} MB, ${end.toFixed(0)} MB)`,
    must: "< 400 MB",
    isGood: most < 400,
  };
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
