/** Numbers the rules, in the order of a report. A number once published keeps its meaning. */

export const RULES = {
  R1: "Every deposit brought in exactly its USDC",
  R2: "Every withdrawal paid exactly its USDC, to its consumer",
  R3: "No session was settled twice",
  R4: "No session cost more than its meter, rate × seconds",
  R5: "Every settled session has a payee, an amount, and a rate and a length within the ceilings",
  R6: "No fee was over 30 % of its session",
  R7: "No session cost more than its consumer had in the pool",
  R8: "No consumer was charged more than its daily limit, at any moment",
  R9: "The pool was not charged more than its daily limit, at any moment",
  R10: "Both parts of every session were paid in USDC, or credited",
  R11: "Every claim paid exactly what was owed",
  R12: "Only USDC that belonged to nobody was rescued",
  R13: "All USDC that left is named by an event",
  R14: "Every skipped session was skipped for a reason that was true at that moment",
  R15: "What was submitted gives what was emitted, replayed call by call",
  R16: "Only those who may have settled and changed settings",
  R17: "Each change of a role, a limit or the pause follows on the one before",
  R18: "Nothing was deposited or settled while paused",
  R19: "Every consumer's deposits are what it paid in, less withdrawals and charges",
  R20: "Every payee's credits are what was credited, less claims",
  R21: "Every account's limit and what is drawn of it are as the history says",
  R22: "The contract's totals are the sums of deposits and of credits",
  R23: "The contract holds the USDC that came in less what left, and surplus is what is owed to nobody",
  R24: "Roles, limits and pause are as the history says",
  R25: "Every settled session is marked so, and no other that was submitted",
  R26: "Every fee is the announced share, rounded down",
  R27: "Every day's fees are the announced share of the day",
  R28: "The contract was created as its record says",
} as const;

export type RuleId = keyof typeof RULES;
