/** Sets what each call may cost and what it should cost, in gas: whole transactions, `gasUsed` of the receipt. */

export interface Budget {
  /** A ceiling; above it the tests fail. */
  must: number;
  /** What a careful implementation can reach without assembly. */
  goal: number;
  /** For batches: the budget is for each of this many sessions. */
  sessions: number;
}

/** The keys are those of snapshot.json. */
export const budgets: Record<string, Budget> = {
  "deposit, top-up": { must: 70_000, goal: 67_000, sessions: 1 },
  "depositWithAuthorization, top-up": { must: 105_000, goal: 100_000, sessions: 1 },
  "withdraw, a part": { must: 62_000, goal: 59_000, sessions: 1 },
  "settleFromPool, dense id": { must: 90_000, goal: 86_000, sessions: 1 },
  "settleBatch of 100, dense ids: 100 consumers to 100 operators": { must: 24_500, goal: 22_500, sessions: 100 },
  "settleBatch of 100, dense ids: 100 consumers to 10 operators": { must: 15_000, goal: 13_000, sessions: 100 },
  "settleBatch of 100, dense ids: 10 consumers to 10 operators": { must: 10_600, goal: 8_900, sessions: 100 },
  "settleBatch of 100, worst case: new operators, random ids": { must: 9_000_000, goal: 6_500_000, sessions: 1 },
};
