/**
 * Plays a small world from a seed: consumers and operators, sessions, a chain that reorganises and lies, and the program's
 * own relayer, watcher and clock, which die and come back; then lets it come to rest and counts the money.
 */
import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import * as model from "@luxxon/contracts-abi/model";
import { randomFrom } from "@luxxon/local/random";
import { type Address, type Hex, keccak256, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Authz } from "../../src/authz/authz.ts";
import { findBroken } from "../../src/books/invariants.ts";
import { followHeads, type Heads } from "../../src/chain/heads.ts";
import type { Clock, Entropy } from "../../src/clock.ts";
import type { Database } from "../../src/db/database.ts";
import { openJobs } from "../../src/jobs/jobs.ts";
import type { CallersWorkspace } from "../../src/keys/keys.ts";
import { instantMedia } from "../../src/media/instant.ts";
import { mediaLinks } from "../../src/media/links.ts";
import { Refused } from "../../src/refusal.ts";
import { openRelayer } from "../../src/relayer/relayer.ts";
import { signerOfKey } from "../../src/relayer/signer.ts";
import { createSession, sessionIds } from "../../src/sessions/create.ts";
import { endExhausted } from "../../src/sessions/exhausted.ts";
import { accept, cancel, end, start } from "../../src/sessions/transitions.ts";
import { openWatcher } from "../../src/watcher/watcher.ts";
import { Death, Faults, faultyChain, faultyDatabase } from "./faults.ts";
import { comeToRest } from "./rest.ts";
import { SimChain, USDC } from "./simChain.ts";

const RELAYER_KEY: Hex = `0x${"7e".repeat(32)}`;
const START = 1_800_000_000;
/** Steps. */
const CHECKED_EVERY = 25;
const media = instantMedia(mediaLinks(new URL("http://127.0.0.1"), ["s"]));
const authz = { applyLeft: async () => 0 } as unknown as Authz;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface Played {
  seed: number;
  /** What is wrong at the end; nothing, if all is well. */
  problems: string[];
  /** How often what happened. */
  reached: Record<string, number>;
}

/** What has to happen in many worlds: where it never does, nothing has been shown. */
const SITUATIONS = [
  "created",
  "ended",
  "withdrawn",
  "deaths",
  "failed turns",
  "slept",
  "stood",
  "mempool lost",
  "reorganised",
  "relayer.batches",
  "relayer.sent",
  "relayer.replaced",
  "relayer.refused",
  "watcher.events",
  "watcher.reorganisations",
  "watcher.takenBack",
  "watcher.confirmed",
];

/** Adds up what happened in many worlds. */
export function openTally() {
  const reached: Record<string, number> = {};
  return {
    reached,
    add(played: Pick<Played, "reached">): void {
      for (const [what, times] of Object.entries(played.reached)) reached[what] = (reached[what] ?? 0) + times;
    },
    missing: () => SITUATIONS.filter((what) => (reached[what] ?? 0) === 0),
  };
}

export interface PlayOptions {
  /** Empty, and for this alone. */
  db: Database;
  seed: number;
  /** How many things happen before the world comes to rest. */
  steps: number;
  /** A fault to plant: the program is changed by it, and the world has to notice. */
  plant?:
    | ((parts: { relayer: Parameters<typeof openRelayer>[0]; watcher: Parameters<typeof openWatcher>[0] }) => void)
    | undefined;
}

export async function play({ db, seed, steps, plant }: PlayOptions): Promise<Played> {
  const random = randomFrom(seed);
  const reached: Record<string, number> = {};
  const reach = (what: string, by = 1) => (reached[what] = (reached[what] ?? 0) + by);
  let ms = START * 1_000;
  const clock: Clock = { now: () => new Date(ms) };
  let counter = 0;
  const entropy: Entropy = {
    uuid: () => {
      const hex = keccak256(stringToHex(`${seed} ${counter++}`)).slice(2);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    bytes: (length) => random.bytes(new Uint8Array(length)) as Uint8Array<ArrayBuffer>,
  };
  const chain = new SimChain({ relayer: privateKeyToAccount(RELAYER_KEY).address, random, start: START });
  const people = await settle(db, clock, entropy);

  // WHAT RUNS

  /** A process: its connections, and what goes wrong with them. */
  const open = (rate: number, more: { deathAt?: number; sleepAt?: number } = {}) => {
    const faults = new Faults({ random, rate, ...more });
    const faulty = faultyDatabase(db, faults);
    const asked = faultyChain(chain, faults, random, rate);
    const relayer: Parameters<typeof openRelayer>[0] = {
      db: faulty,
      chain: asked,
      chainId: 84532,
      clock,
      entropy,
      signer: signerOfKey(RELAYER_KEY),
      batchWaitMs: 2_000,
      replaceAfterMs: 10_000,
      dear: { baseFee: undefined, waitMs: 0 },
      maxFeePerGas: 5_000_000_000n,
      pipeline: 3,
      gasBudget: { hour: 10n ** 18n, day: 10n ** 19n },
      log: silent,
      onCount: (what, by) => void reach(`relayer.${what}`, by),
    };
    const watcher: Parameters<typeof openWatcher>[0] = {
      db: faulty,
      chain: asked,
      clock,
      usdc: USDC,
      deploymentBlock: 0n,
      confirmedAfter: 1,
      log: silent,
      onCount: (what, by) => void reach(`watcher.${what}`, by),
      onHead: async (_head, touched) =>
        void (await endExhausted({ db: faulty, chain: asked, clock, media }, random.chance(0.3) ? undefined : touched)),
    };
    plant?.({ relayer, watcher });
    const heads: Heads = followHeads(asked, clock);
    return {
      faults,
      relayer: openRelayer(relayer),
      watcher: openWatcher(watcher),
      jobs: openJobs({ db: faulty, clock, media, authz, heads, staleChainEndSeconds: 60 }),
      chain: asked,
      heads,
      db: faulty,
    };
  };
  const turn = async (what: () => Promise<unknown>) => {
    try {
      await what();
    } catch (error) {
      if (error instanceof Death) reach("deaths");
      else if (error instanceof Refused) reach(`refused: ${error.code}`);
      else if (isOurs(error)) throw error;
      else reach("failed turns");
    }
  };

  let one = open(0.02);
  let other = open(0.02);
  const api = open(0.01);
  const creating = {
    chain: api.chain,
    heads: api.heads,
    clock,
    entropy,
    newSessionId: sessionIds(entropy),
    baseRate: 1_000n,
    feeBps: 1_500,
    batchWaitMs: 2_000,
    holdRequiredAbove: undefined,
    dailyLimitShareBps: 10_000n,
  };
  const moving = { db: api.db, clock, media };
  const live = () =>
    db.rows<{
      id: string;
      consumerWorkspaceId: string;
    }>`select id, consumer_workspace_id from sessions where state = 'LIVE' order by created_at, id`;
  const mine = () => {
    chain.mine(Math.floor(ms / 1_000));
    if (random.chance(0.7)) ms += random.pick([100, 200, 1_000, 2_000]);
  };

  /** What can happen, and how often. */
  const happenings: [weight: number, happen: () => unknown][] = [
    [
      8,
      async () => {
        const consumer = random.pick(people.consumers);
        const operator = random.pick(people.operators);
        const session = await api.db.transaction((tx) =>
          createSession(tx, creating, consumer, {
            lat: 1,
            lng: 2,
            maxDurationSeconds: random.pick([1, 10, 60, 600]),
            waitTimeoutSeconds: 300,
          }),
        );
        reach("created");
        await accept(moving, operator, session.id);
        await start(moving, operator, session.id);
      },
    ],
    [
      6,
      async () => {
        const sessions = await live();
        if (sessions.length === 0) return;
        const session = random.pick(sessions);
        const consumer = people.consumers.find(({ id }) => id === session.consumerWorkspaceId) as CallersWorkspace;
        await end(moving, consumer, session.id);
        reach("ended");
      },
    ],
    [
      1,
      async () => {
        const consumer = random.pick(people.consumers);
        const session = await api.db.transaction((tx) =>
          createSession(tx, creating, consumer, { lat: 1, lng: 2, maxDurationSeconds: 60, waitTimeoutSeconds: 30 }),
        );
        if (random.chance(0.5)) await cancel(moving, consumer, session.id);
      },
    ],
    [
      3,
      () =>
        chain.act(
          { functionName: "deposit", args: [BigInt(1 + random.whole(500_000))] },
          random.pick(people.consumers).walletAddress as Address,
        ),
    ],
    [
      2,
      () => {
        const consumer = random.pick(people.consumers).walletAddress as Address;
        const owned = model.deposits(chain.head.state, consumer);
        if (owned === 0n) return;
        reach("withdrawn");
        chain.act(
          random.chance(0.5)
            ? { functionName: "withdrawAll", args: [] }
            : { functionName: "withdraw", args: [1n + BigInt(random.whole(Number(owned)))] },
          consumer,
        );
      },
    ],
    [
      1,
      () => {
        const consumer = random.pick(people.consumers).walletAddress as Address;
        chain.act(
          { functionName: "setDailyLimit", args: [random.chance(0.5) ? 0n : BigInt(random.whole(200_000))] },
          consumer,
        );
      },
    ],
    [
      1,
      () =>
        chain.act({ functionName: chain.head.state.paused ? "unpause" : "pause", args: [] }, chain.head.state.owner),
    ],
    [14, mine],
    [
      2,
      () => {
        chain.reorganise(chain.someDepth());
        reach("reorganised");
        if (random.chance(0.7)) mine();
      },
    ],
    [
      1,
      () => {
        chain.forgetMempool();
        reach("mempool lost");
      },
    ],
    [
      3,
      async () => {
        chain.baseFee = random.pick([5_000_000n, 5_000_000n, 50_000_000n, 400_000_000n]);
        if (random.chance(0.5)) return;
        // Over what is in flight, for as long as it takes until that may be replaced.
        await turn(() => one.relayer.turn());
        chain.baseFee *= 10n;
        for (let i = 0; i < 12; i++) mine();
        ms += 10_000;
        await turn(() => one.relayer.turn());
      },
    ],
    [
      1,
      () => {
        // The chain stands for two hours.
        ms += 7_200_000;
        reach("stood");
      },
    ],
    [
      4,
      () => {
        ms += random.pick([500, 3_000, 12_000]);
      },
    ],
    [12, () => turn(() => one.relayer.turn())],
    [4, () => turn(() => other.relayer.turn())],
    [12, () => turn(() => one.watcher.turn())],
    [2, () => turn(() => other.watcher.turn())],
    [4, () => turn(() => one.jobs.turn())],
    [
      4,
      async () => {
        // It dies at one of the next calls, and another process takes its place.
        const doomed = open(0.02, { deathAt: 1 + random.whole(25) });
        await turn(() => random.pick([doomed.relayer, doomed.relayer, doomed.watcher, doomed.jobs]).turn());
        if (random.chance(0.5)) one = open(0.02);
        else other = open(0.02);
      },
    ],
    [
      2,
      async () => {
        // It stands still in the middle, others take over, and it goes on as if nothing had been.
        const sleeper = open(0, { sleepAt: 1 + random.whole(8) });
        ms += 9_000;
        const turning = turn(() => sleeper.relayer.turn());
        await Promise.race([turning, sleeper.faults.asleep]);
        ms += 9_000;
        if (sleeper.faults.resume !== undefined) {
          reach("slept");
          await turn(() => other.relayer.turn());
          if (random.chance(0.5)) mine();
        }
        sleeper.faults.resume?.();
        await turning;
      },
    ],
  ];
  const total = happenings.reduce((sum, [weight]) => sum + weight, 0);
  const happening = (at: number): (() => unknown) => {
    let rest = at;
    for (const [weight, happen] of happenings) {
      if (rest < weight) return happen;
      rest -= weight;
    }
    throw new Error("the weights do not add up");
  };
  for (const { walletAddress } of people.consumers)
    chain.act({ functionName: "deposit", args: [2_000_000n] }, walletAddress as Address);
  mine();
  const problems: string[] = [];
  for (let step = 0; step < steps; step++) {
    await turn(async () => await happening(random.whole(total))());
    // Not only at the end: whatever is committed adds up.
    if (step % CHECKED_EVERY === 0)
      for (const { rule, message } of await findBroken(db)) problems.push(`step ${step}: ${rule}: ${message}`);
  }

  // REST: nothing goes wrong any more, and what can be settled is.

  const last = open(0);
  if (chain.head.state.paused) chain.act({ functionName: "unpause", args: [] }, chain.head.state.owner);
  chain.baseFee = 5_000_000n;
  for (const { id, consumerWorkspaceId } of await live()) {
    const consumer = people.consumers.find((it) => it.id === consumerWorkspaceId) as CallersWorkspace;
    await end({ db, clock, media }, consumer, id);
  }
  await comeToRest(db, 40, {
    pass() {
      ms += 11_000;
      chain.mine(Math.floor(ms / 1_000));
    },
    async work() {
      ms += 11_000;
      await last.relayer.turn();
      chain.mine(Math.floor(ms / 1_000));
      // One that never comes to an end has a fault; it is told by what it leaves.
      for (let i = 0; i < 20 && (await last.watcher.turn()); i++);
      await last.jobs.turn();
    },
  });
  return { seed, problems: [...problems, ...(await count(db, chain))], reached };
}

/** A fault of the program, and not one of those that were made. */
function isOurs(error: unknown): boolean {
  if (error instanceof Refused || error instanceof Death) return false;
  const { name, message } = error as Error;
  return (
    !(name.includes("Problem") || /simulated node|was replaced|no newest block|is no longer due/.test(message)) &&
    !(error as { isFault?: boolean }).isFault
  );
}

async function settle(db: Database, clock: Clock, entropy: Entropy) {
  const make = async (name: string, isConsumer: boolean): Promise<CallersWorkspace> => {
    const walletAddress = privateKeyToAccount(keccak256(stringToHex(name))).address;
    const id = entropy.uuid();
    await db.rows`
      insert into workspaces (id, slug, name, wallet_address, is_consumer, is_supplier, created_at, created_by_wallet)
      values (${id}, ${name}, ${name}, ${walletAddress}, ${isConsumer}, ${!isConsumer}, ${clock.now()}, ${walletAddress})`;
    return { id, slug: name, name, walletAddress, isConsumer, isSupplier: !isConsumer };
  };
  return {
    consumers: [await make("ada", true), await make("bob", true), await make("cy", true)],
    operators: [await make("dan", false), await make("eve", false)],
  };
}

/** Whatever does not add up, between the tables and the chain. */
async function count(db: Database, chain: SimChain): Promise<string[]> {
  const problems = (await findBroken(db)).map(({ rule, message }) => `${rule}: ${message}`);
  const settled = new Map<string, { total: bigint; times: number }>();
  for (const { sessionId, total } of chain.settledEvents()) {
    const before = settled.get(sessionId);
    settled.set(sessionId, { total, times: (before?.times ?? 0) + 1 });
  }
  const sessions = await db.rows<{
    id: string;
    state: string;
    startedAt: Date | null;
    charged: bigint;
    settlement: string | null;
    refusal: string | null;
    txHash: string | null;
  }>`
    select s.id, s.state, s.started_at, s.charged, t.state as settlement, t.refusal, t.tx_hash from sessions s left join settlements t on t.session_id = s.id`;
  for (const { id, state, charged, settlement, refusal, txHash } of sessions) {
    const onChain = settled.get(sessionIdFromUuid(id));
    settled.delete(sessionIdFromUuid(id));
    const isOver = state === "ENDED" || state === "EXPIRED" || state === "CANCELLED";
    if (!isOver) problems.push(`session ${id} is ${state} at the end`);
    if ((onChain?.times ?? 0) > 1) problems.push(`session ${id} was settled ${onChain?.times} times`);
    if (charged === 0n) {
      if (onChain !== undefined) problems.push(`session ${id} cost nothing and was settled`);
      if (settlement !== null) problems.push(`session ${id} cost nothing and has a settlement`);
      continue;
    }
    if (onChain !== undefined && onChain.total !== charged)
      problems.push(`session ${id} cost ${charged} and was settled with ${onChain.total}`);
    if (onChain !== undefined && settlement !== "CONFIRMED")
      problems.push(`session ${id} is settled on chain and ${settlement} here`);
    if (onChain === undefined && settlement === "CONFIRMED")
      problems.push(`session ${id} is CONFIRMED by ${txHash} and not settled on chain`);
    if (onChain === undefined && settlement !== "PENDING") problems.push(`session ${id} is ${settlement} for ever`);
    if (onChain === undefined && refusal === null) problems.push(`session ${id} is not settled, and nothing says why`);
  }
  for (const id of settled.keys()) problems.push(`${id} was settled and is no session`);
  // What was sent was written down first.
  const written = await db.rows<{ hash: string }>`select hash from batch_transactions`;
  const known = new Set(written.map(({ hash }) => hash));
  for (const { sessionId, tx } of chain.settledEvents())
    if (!known.has(tx)) problems.push(`${sessionId} was settled by ${tx}, which is not written down`);
  const pools = await db.rows<{ consumer: Address; balance: bigint }>`select consumer, balance from pools`;
  for (const { consumer, balance } of pools) {
    const owned = model.deposits(chain.head.state, consumer);
    if (owned !== balance) problems.push(`${consumer} owns ${owned} and the ledger says ${balance}`);
  }
  const read = await db.rows<{ toBlock: bigint; toHash: string }>`select to_block, to_hash from chain_windows`;
  for (const { toBlock, toHash } of read)
    if (chain.blocks[Number(toBlock)]?.hash !== toHash)
      problems.push(`block ${toBlock} was read and is not on the chain`);
  const open = await db.rows<{ nonce: bigint }>`select nonce from batches where not is_done`;
  for (const { nonce } of open) problems.push(`the batch of nonce ${nonce} is still open`);
  const alarms = await db.rows<{
    kind: string;
    message: string;
  }>`select kind, message from alarms where kind not in ('contract.refuses', 'signer.ceiling', 'ledger.differs')`;
  for (const { kind, message } of alarms) problems.push(`alarm ${kind}: ${message}`);
  return problems;
}
