/** Collects what the rules say: how often each was held against something, and every time it did not hold. */

import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import type { Address, Hex } from "viem";
import { RULES, type RuleId } from "./ruleTable.ts";
import type { RuleResult, Violation } from "./types.ts";

/** What a violation is about; each as far as it is known. */
export interface About {
  readonly transaction?: HistoryTransaction | undefined;
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

export class Findings {
  readonly violations: Violation[] = [];
  readonly #checked = new Map<string, number>();
  readonly #violated = new Map<string, number>();
  readonly #unchecked = new Map<string, number>();

  /** @param about What they are about, unless a finding says otherwise. */
  add(rulings: Rulings, about: About = {}): void {
    for (const [rule, ruling] of Object.entries(rulings)) {
      for (const one of [ruling].flat()) {
        if (one === undefined) continue;
        increase(this.#checked, rule);
        if (one !== true) this.#violate(rule, { ...about, ...one });
      }
    }
  }

  /** These rules could not be held against a transaction. */
  leaveUnchecked(...rules: RuleId[]): void {
    for (const rule of rules) increase(this.#unchecked, rule);
  }

  #violate(rule: string, { message, expected, found, transaction, sessionId, account }: Finding): void {
    increase(this.#violated, rule);
    this.violations.push({
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

  /** Every rule, also those that had nothing to check. */
  results(): RuleResult[] {
    return Object.entries(RULES).map(([id, title]) => ({
      id,
      title,
      checked: this.#checked.get(id) ?? 0,
      violations: this.#violated.get(id) ?? 0,
      unchecked: this.#unchecked.get(id) ?? 0,
    }));
  }
}

function increase(counts: Map<string, number>, rule: string): void {
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
}
