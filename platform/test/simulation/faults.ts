/** Stands between the program and its database and chain: what is asked fails, is done and not answered, or is the last thing that a process does. */

import { RequestProblem } from "@luxxon/chain/rpc/problems";
import type { Random } from "@luxxon/local/random";
import { type Ask, type Chain, chainOver } from "../../src/chain/chain.ts";
import type { Database, Queries, Transaction } from "../../src/db/database.ts";
import { Refused } from "../../src/refusal.ts";
import { SETTLEMENT, type SimChain } from "./simChain.ts";

/** The process is dead: whatever it would do next does not happen. */
export class Death extends Error {}

export interface FaultOptions {
  random: Random;
  /** How likely anything goes wrong at each call. */
  rate: number;
  /** At this call, counted from 1, the process dies. */
  deathAt?: number;
  /** At this call to the chain, counted from 1, the process stands still until `resume`. */
  sleepAt?: number;
}

export class Faults {
  readonly #options: FaultOptions;
  #calls = 0;
  #chainCalls = 0;
  #isDead = false;
  resume: (() => void) | undefined;
  /** Resolves once the process stands still. */
  readonly asleep: Promise<void>;
  #fallAsleep: () => void = () => undefined;

  constructor(options: FaultOptions) {
    this.#options = options;
    this.asleep = new Promise((resolve) => (this.#fallAsleep = resolve));
  }

  /** How many calls there were. */
  get calls(): number {
    return this.#calls;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Does `act`, or fails before or after it. */
  async around<T>(fail: () => Error, act: () => Promise<T>): Promise<T> {
    const { random, rate, deathAt } = this.#options;
    if (this.#isDead) throw new Death();
    const isLast = ++this.#calls === deathAt;
    if (isLast) this.#isDead = true;
    // Half of the time what was asked is done, and nobody hears of it.
    const isDone = random.chance(0.5);
    if (isLast && !isDone) throw new Death();
    if (!isLast && random.chance(rate)) {
      if (isDone) await act();
      throw fail();
    }
    const answer = await act();
    if (isLast) throw new Death();
    return answer;
  }

  async beforeChain(): Promise<void> {
    if (++this.#chainCalls !== this.#options.sleepAt) return;
    const waking = new Promise<void>((resolve) => (this.resume = resolve));
    this.#fallAsleep();
    await waking;
  }
}

const away = () => new Refused("DATABASE_ERROR", "away");

export function faultyDatabase(db: Database, faults: Faults): Database {
  const queries = (real: Queries): Queries => ({
    rows: (sql, ...values) => faults.around(away, () => real.rows(sql, ...values)),
    row: (sql, ...values) => faults.around(away, () => real.row(sql, ...values)),
  });
  return {
    ...db,
    ...queries(db),
    get statements() {
      return db.statements;
    },
    // A commit whose answer is lost has happened.
    transaction: <T>(work: (tx: Transaction) => Promise<T>) =>
      faults.around(away, () => db.transaction((tx) => work(queries(tx)))),
  };
}

/** @param lies How likely an answer is that of a node some blocks behind, or lacks a log. */
export function faultyChain(chain: SimChain, faults: Faults, random: Random, lies: number): Chain {
  const fail = (method: string, params: readonly unknown[]) => () =>
    new RequestProblem(
      "the simulated node",
      { method, params },
      Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
    );
  const ask: Ask = async (method, params) => {
    await faults.beforeChain();
    return await faults.around(fail(method, params), async () => {
      const behind = random.chance(lies) ? random.whole(3) : 0;
      const answer = chain.answer(method, params, behind);
      if (method !== "eth_getLogs" || !Array.isArray(answer) || answer.length === 0) return answer;
      if (random.chance(lies / 2)) return answer.filter(() => random.chance(0.9));
      if (random.chance(lies / 2)) return [...answer, answer[0]];
      return answer;
    });
  };
  return chainOver(SETTLEMENT, ask);
}
