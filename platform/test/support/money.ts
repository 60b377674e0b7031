/**
 * A relayer and a watcher on a real database and on a chain that plays the contract and answers as a test tells it to.
 */
import { RequestProblem } from "@luxxon/chain/rpc/problems";
import { uuidRuns } from "@luxxon/contracts-abi";
import type * as model from "@luxxon/contracts-abi/model";
import { randomFrom } from "@luxxon/local/random";
import { type Address, type Hash, type Hex, keccak256, parseTransaction, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type Chain, chainOver } from "../../src/chain/chain.ts";
import type { Clock, Entropy } from "../../src/clock.ts";
import { systemEntropy } from "../../src/clock.ts";
import type { Database } from "../../src/db/database.ts";
import type { RelayerContext } from "../../src/relayer/context.ts";
import { openRelayer } from "../../src/relayer/relayer.ts";
import { signerOfKey } from "../../src/relayer/signer.ts";
import { openWatcher, type WatcherContext } from "../../src/watcher/watcher.ts";
import { openSimDatabase } from "../simulation/database.ts";
import { comeToRest } from "../simulation/rest.ts";
import { SETTLEMENT, SimChain, USDC } from "../simulation/simChain.ts";
import { newDatabase, testParts } from "./platform.ts";

const START = 1_800_000_000;
export const KEY: Hex = `0x${"7e".repeat(32)}`;
export const OTHER_KEY: Hex = `0x${"6d".repeat(32)}`;
export const RELAYER = privateKeyToAccount(KEY).address;

/** Answers a request instead of the chain; undefined: the chain answers. */
type Script = (method: string, params: readonly unknown[]) => unknown;

export interface Money {
  db: Database;
  sim: SimChain;
  clock: Clock;
  /** What the relayer has sent, in its order. */
  sent: Hex[];
  /** Every request by its method. */
  asked: string[];
  script(script: Script | undefined): void;
  wait(ms: number): void;
  /** A block, a second later. */
  mine(blocks?: number): void;
  chain: Chain;
  relayer(more?: Partial<RelayerContext>): ReturnType<typeof openRelayer>;
  watcher(more?: Partial<WatcherContext>): ReturnType<typeof openWatcher>;
  consumer: Address;
  operator: Address;
  act(call: model.Call, sender?: Address): void;
  /** A session that has ended and costs `seconds` × 1,000 µUSDC. @returns Its id. */
  due(seconds?: number, more?: { urgent?: boolean; consumer?: Address; operator?: Address }): Promise<string>;
  settlement(id: string): Promise<{
    state: string;
    refusal: string | null;
    txHash: string | null;
    dueAt: Date | null;
    attempts: number;
    reserved: bigint;
  }>;
  alarms(): Promise<string[]>;
  nonces(): number[];
  /** Both, and blocks, for five minutes: all is at rest then. */
  rest(relayer?: ReturnType<typeof openRelayer>, watcher?: ReturnType<typeof openWatcher>): Promise<void>;
  settledTimes(id: string): number;
}

export function problem(method: string, message: string, code: number | string = -32_000): RequestProblem {
  return new RequestProblem("a node", { method, params: [] }, Object.assign(new Error(message), { code }));
}

let opened: ReturnType<typeof openSimDatabase> | undefined;

export async function openMoney(): Promise<Money> {
  const { env } = await testParts();
  opened ??= openSimDatabase(await newDatabase(env.DATABASE_URL ?? ""));
  const { db, empty } = await opened;
  await empty();
  let ms = START * 1_000;
  const clock: Clock = { now: () => new Date(ms) };
  const entropy: Entropy = systemEntropy;
  const sim = new SimChain({ relayer: RELAYER, random: randomFrom(1), start: START });
  let script: Script | undefined;
  const sent: Hex[] = [];
  const asked: string[] = [];
  const chain = chainOver(SETTLEMENT, async (method, params) => {
    asked.push(method);
    if (method === "eth_sendRawTransaction") sent.push(params[0] as Hex);
    const answer = script?.(method, params);
    return answer === undefined ? sim.answer(method, params) : answer;
  });
  const [consumer, operator] = ["ada", "dan"].map(
    (name) => privateKeyToAccount(keccak256(stringToHex(name))).address,
  ) as [Address, Address];
  const workspace = entropy.uuid();
  await db.rows`
    insert into workspaces (id, slug, name, wallet_address, is_consumer, is_supplier, created_at, created_by_wallet)
    values (${workspace}, 'ada', 'Ada', ${consumer}, true, true, ${clock.now()}, ${consumer})`;
  const ids = uuidRuns((bytes) => {
    bytes.set(entropy.bytes(bytes.length));
    return bytes;
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

  const money: Money = {
    db,
    sim,
    clock,
    sent,
    asked,
    chain,
    consumer,
    operator,
    script: (next) => (script = next),
    wait: (by) => (ms += by),
    mine(blocks = 1) {
      for (let i = 0; i < blocks; i++) {
        ms += 1_000;
        sim.mine(Math.floor(ms / 1_000));
      }
    },
    relayer: (more = {}) =>
      openRelayer({
        db,
        chain,
        chainId: 84_532,
        clock,
        entropy,
        signer: signerOfKey(KEY),
        batchWaitMs: 2_000,
        replaceAfterMs: 10_000,
        dear: { baseFee: undefined, waitMs: 0 },
        maxFeePerGas: 5_000_000_000n,
        pipeline: 8,
        gasBudget: { hour: 10n ** 18n, day: 10n ** 19n },
        log,
        ...more,
      }),
    watcher: (more = {}) =>
      openWatcher({ db, chain, clock, usdc: USDC, deploymentBlock: 0n, confirmedAfter: 1, log, ...more }),
    act: (call, sender = consumer) => sim.act(call, sender),
    async due(seconds = 10, { urgent = false, consumer: from = consumer, operator: to = operator } = {}) {
      const id = ids.next().value;
      const charged = BigInt(seconds) * 1_000n;
      const fee = (charged * 1_500n) / 10_000n;
      await db.rows`
        insert into sessions (id, consumer_workspace_id, consumer_wallet, operator_wallet, state, requested_lat, requested_lng, max_duration_seconds,
          wait_timeout_seconds, rate_per_second, fee_bps, guaranteed, reserved, clean_seconds, charged, created_at, expires_at, started_at, ended_at)
        values (${id}, ${workspace}, ${from}, ${to}, 'ENDED', 1, 2, 600, 60, 1000, 1500, false, ${charged}, ${seconds}, ${charged},
          ${clock.now()}, ${clock.now()}, ${clock.now()}, ${clock.now()})`;
      await db.rows`
        insert into settlements (session_id, state, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount,
          fee_bps, urgent, created_at, due_at)
        values (${id}, 'PENDING', ${from}, ${to}, 1000, ${seconds}, ${charged - fee}, ${fee}, 1500, ${urgent}, ${clock.now()}, ${clock.now()})`;
      return id;
    },
    async settlement(id) {
      const row = await db.row<Awaited<ReturnType<Money["settlement"]>>>`
        select t.state, t.refusal, t.tx_hash, t.due_at, t.attempts, s.reserved
        from settlements t join sessions s on s.id = t.session_id where t.session_id = ${id}`;
      if (row === undefined) throw new Error(`there is no settlement of ${id}`);
      return row;
    },
    alarms: async () =>
      (await db.rows<{ kind: string }>`select kind from alarms where closed_at is null order by id`).map(
        ({ kind }) => kind,
      ),
    nonces: () => sent.map((raw) => parseTransaction(raw as `0x02${string}`).nonce ?? 0),
    async rest(relayer = money.relayer(), watcher = money.watcher()) {
      await comeToRest(db, 30, {
        pass() {
          money.wait(9_000);
          money.mine();
        },
        async work() {
          money.wait(10_000);
          await relayer.turn();
          money.mine();
          for (let i = 0; i < 10 && (await watcher.turn()); i++);
        },
      });
    },
    settledTimes: (id) => {
      const word = `0x${id.replaceAll("-", "").padStart(64, "0")}`;
      return sim.settledEvents().filter(({ sessionId }) => sessionId === word).length;
    },
  };
  return money;
}

export function hashOf(raw: Hex): Hash {
  return keccak256(raw);
}
