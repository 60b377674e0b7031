/** Collects what the rules say: how often each was held against something, and every time it did not hold. */

import type { Address, Hash, Hex } from "viem";
import { RULES, type RuleId } from "./ruleTable.ts";
import type { RuleResult, Violation } from "./types.ts";

/** What a violation is about; each as far as it is known. */
export interface About {
  readonly transaction?: { readonly hash: Hash; readonly blockNumber: bigint } | undefined;
  readonly sessionId?: Hex | undefined;
  readonly account?: Address | undefined;
}

/** Why a rule does not hold. */
export interface Finding extends About {
  /** One sentence that a finance team understands. */
  readonly message: string;
  readonly expected: string;
  readonly found: string;
}

/** What a rule says of one thing: it holds, or why not; undefined: there was nothing to hold against it. */
export type Ruling = true | Finding | undefined;

/** Of one thing each rule has one to say, or several. */
export type Rulings = { readonly [Rule in RuleId]?: Ruling | readonly Ruling[] };

/** How often a rule was held against something, did not hold, and could not be held against a transaction. */
type Tally = [checked: number, violated: number, unchecked: number];

/** By rule. */
export type Tallies = ReadonlyMap<RuleId, Readonly<Tally>>;

export class Findings {
  readonly #tallies: Map<RuleId, Tally>;
  #news: Violation[] = [];

  /** @param before What was found in what was read before. */
  constructor(before: Tallies = new Map()) {
    this.#tallies = new Map([...before].map(([rule, tally]) => [rule, [...tally]]));
  }

  get tallies(): Tallies {
    return this.#tallies;
  }

  /** @param about What they are about, unless a finding says otherwise. */
  add(rulings: Rulings, about: About = {}): void {
    for (const [rule, ruling] of Object.entries(rulings) as [RuleId, Rulings[RuleId]][]) {
      for (const one of [ruling].flat()) {
        if (one === undefined) continue;
        this.#tally(rule)[0]++;
        if (one !== true) this.#violate(rule, { ...about, ...one });
      }
    }
  }

  /** The rule was held against so many things, and holds. */
  hold(rule: RuleId, times: number): void {
    this.#tally(rule)[0] += times;
  }

  /** These rules could not be held against a transaction. */
  leaveUnchecked(...rules: RuleId[]): void {
    for (const rule of rules) this.#tally(rule)[2]++;
  }

  /** The violations that nobody has taken yet. */
  take(): Violation[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #tally(rule: RuleId): Tally {
    const known = this.#tallies.get(rule);
    if (known !== undefined) return known;
    const tally: Tally = [0, 0, 0];
    this.#tallies.set(rule, tally);
    return tally;
  }

  #violate(rule: RuleId, { message, expected, found, transaction, sessionId, account }: Finding): void {
    this.#tally(rule)[1]++;
    this.#news.push({
      rule,
      message,
      expected,
      found,
      blockNumber: transaction?.blockNumber,
      transactionHash: transaction?.hash,
      sessionId,
      account,
    });
  }
}

/** Every rule, also those that had nothing to check. */
export function resultsOf(all: readonly Findings[]): RuleResult[] {
  return (Object.entries(RULES) as [RuleId, string][]).map(([id, title]) => {
    const sum = (at: 0 | 1 | 2) => all.reduce((total, { tallies }) => total + (tallies.get(id)?.[at] ?? 0), 0);
    return { id, title, checked: sum(0), violations: sum(1), unchecked: sum(2) };
  });
}
