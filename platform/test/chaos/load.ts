/**
 * Wallets that use the platform over HTTP and stand whatever happens to it: they ask again until they are answered, and put
 * money into their pools again when the chain has lost it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { newPerson, type Person } from "../support/person.ts";
import type { TestPlatform } from "../support/platform.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

export interface Told {
  id: string;
  /** What the answer to its end said, µUSDC. */
  charged: bigint;
}

export interface Load {
  /** Sessions that were answered to have ended. */
  readonly told: readonly Told[];
  readonly created: number;
  /** How often money was put into a pool, or taken out of one. */
  readonly deposits: number;
  /** Answers that no state of the platform explains. */
  readonly strange: readonly string[];
  /** Opens no more sessions, and ends those that are open. */
  stop(): Promise<void>;
  /** Every wallet fills its pool up once more. */
  fillUp(): Promise<void>;
}

/** What a pool is filled up to, and when, µUSDC. */
const FULL = 5_000_000n;
const LOW = 1_000_000n;
/** Sessions that a wallet has at a time. */
const LANES = 3;
const RATE_LIMITED = 429;

/** A transaction that the chain has lost is never mined: nobody waits for it longer than this. */
async function orLost<T>(sending: Promise<T>): Promise<T> {
  const lost = sleep(8_000, undefined, { ref: false }).then(() => {
    throw new Error("the chain has lost it");
  });
  lost.catch(() => undefined);
  sending.catch(() => undefined);
  return await Promise.race([sending, lost]);
}

export async function openLoad(stage: Stage, random: Random, wallets: number): Promise<Load> {
  const told: Told[] = [];
  const strange: string[] = [];
  let created = 0;
  let deposits = 0;
  let isOpen = true;
  let sessions = 0;
  // Ports may change with a start: they are read at each call.
  const platform = {
    get api() {
      return `${stage.answer.url}/api/v1`;
    },
    get env() {
      return { RPC_URL: stage.answer.rpcUrl };
    },
    parts: { contracts: stage.answer },
  } as unknown as TestPlatform;

  /** Does a thing until it is done: whatever is away comes back. */
  const insist = async <T>(what: string, act: () => Promise<T | undefined>): Promise<T> => {
    let last = "no answer";
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(200 + random.between(0, 200))) {
      try {
        const done = await act();
        if (done !== undefined) return done;
      } catch (error) {
        last = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      }
    }
    throw new Error(`${what}: not done within 120 s (${last})`);
  };

  const people = await Promise.all(
    Array.from({ length: wallets }, async () => {
      const person = await newPerson(platform);
      return await insist("a key", () => person.signUp());
    }),
  );

  const poolOf = (person: Person) =>
    person.publicClient.readContract({
      address: stage.answer.settlement,
      abi: luxxonSettlementAbi,
      functionName: "deposits",
      args: [person.address],
    });

  const fill = (person: Person, below: bigint) =>
    insist("a deposit", async () => {
      const left = await poolOf(person);
      if (left >= below) return left;
      deposits++;
      await orLost(person.fund(FULL - left));
      return await poolOf(person);
    });

  const pass = (status: number) => status >= 500 || status === RATE_LIMITED || status === 409;

  /** @returns What its end was answered with; undefined if it ended otherwise, or never began. */
  const play = async (person: Person): Promise<Told | undefined> => {
    const reference = `chaos-${person.address}-${sessions++}`;
    const id = await insist("a session", async () => {
      const made = await person.call("POST", "/sessions", {
        body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 20, waitTimeoutSeconds: 60, reference },
        headers: { "idempotency-key": reference },
      });
      if (made.status === 201 || made.status === 200) return made.data.id as string;
      const { code } = (made.body.error ?? {}) as { code?: string };
      if (code === "NO_CREDIT" || code === "INSUFFICIENT_CREDIT") await fill(person, LOW);
      else if (!pass(made.status)) strange.push(`POST /sessions: ${made.status} ${JSON.stringify(made.body)}`);
      return undefined;
    });
    created++;
    for (const [step, state] of [
      ["accept", "ASSIGNED"],
      ["start", "LIVE"],
    ] as const) {
      const reached = await insist(step, async () => {
        const { status, data, body } = await person.call("POST", `/sessions/${id}/${step}`);
        if (status === 200 || status === 201) return true;
        if (status >= 500 || status === RATE_LIMITED) return undefined;
        // Its answer was lost (409, whoever asks again), or it took too long and nobody waits any longer.
        const now = await person.call("GET", `/sessions/${id}`);
        if (now.data?.state === state) return true;
        if (["EXPIRED", "CANCELLED", "ENDED"].includes(now.data?.state)) return false;
        // Nor is anybody told yet that time is over.
        if (now.status === 200 && status !== 409)
          strange.push(`${step}: ${status} ${JSON.stringify(body ?? data)}, and it is ${now.data?.state}`);
        return undefined;
      });
      if (!reached) return undefined;
    }
    await sleep(random.between(1_000, 3_000));
    return await insist("end", async () => {
      const ended = await person.call("POST", `/sessions/${id}/end`);
      if (ended.status >= 300 && pass(ended.status) && ended.status !== 409) return undefined;
      const now = await person.call("GET", `/sessions/${id}`);
      if (now.status !== 200) return undefined;
      if (now.data.state === "LIVE") return undefined;
      const { status, data } = await person.call("GET", `/settlements/${id}`);
      if (status !== 200) return undefined;
      return { id, charged: BigInt(data.payload?.toAmount ?? 0) + BigInt(data.payload?.feeAmount ?? 0) };
    });
  };

  await Promise.all(people.map((person) => fill(person, FULL)));
  const work = people
    .flatMap((person) => Array.from({ length: LANES }, () => person))
    .map(async (person) => {
      while (isOpen) {
        try {
          const ended = await play(person);
          if (ended !== undefined) told.push(ended);
        } catch (error) {
          strange.push(error instanceof Error ? error.message : String(error));
        }
      }
    });

  // Money comes and goes all the time: some of it is in the blocks that a killed chain loses.
  const unrest = people.map(async (person) => {
    while (isOpen) {
      await sleep(random.between(300, 1_500));
      const isDeposit = random.next() < 0.7;
      const done: Promise<unknown> = isDeposit ? person.fund(50_000n) : person.withdraw(30_000n);
      await orLost(done).then(
        () => deposits++,
        () => undefined,
      );
    }
  });

  return {
    told,
    strange,
    get created() {
      return created;
    },
    get deposits() {
      return deposits;
    },
    async stop() {
      isOpen = false;
      await Promise.all([...work, ...unrest]);
    },
    async fillUp() {
      await Promise.all(people.map((person) => fill(person, FULL)));
    },
  };
}
