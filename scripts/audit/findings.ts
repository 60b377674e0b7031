/** What the rules have to say: how often each was held against something, and every time it did not hold. */

import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import type { Address, Hex } from "viem";
import { RULES, type RuleId } from "./ruleTable.ts";
import type { RuleResult, Violation } from "./types.ts";

/** A violation but for what goes without saying. */
export interface Finding {
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly transaction?: HistoryTransaction | undefined;
  readonly sessionId?: Hex | undefined;
  readonly account?: Address | undefined;
}

export class Findings {
  readonly violations: Violation[] = [];
  readonly #checked = new Map<RuleId, number>();
  readonly #violated = new Map<RuleId, number>();

  /** Holds one thing against a rule. The words are only looked for if they are needed. */
  check(rule: RuleId, holds: boolean, finding: () => Finding): void {
    this.pass(rule);
    if (!holds) this.#violate(rule, finding());
  }

  /** One more thing that was held against a rule, which holds. */
  pass(rule: RuleId): void {
    this.#checked.set(rule, (this.#checked.get(rule) ?? 0) + 1);
  }

  #violate(rule: RuleId, { message, expected, found, transaction, sessionId, account }: Finding): void {
    this.#violated.set(rule, (this.#violated.get(rule) ?? 0) + 1);
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
      checked: this.#checked.get(id as RuleId) ?? 0,
      violations: this.#violated.get(id as RuleId) ?? 0,
    }));
  }
}
