/** Words an account's statement, by whose it is. */
import { count } from "../../words.ts";
import { belowMeterText } from "../report/belowMeter.ts";
import type { AccountStatement, Role, StatementLine, StatementRow } from "./account.ts";

export const WORDS: Record<
  Role,
  { title: string; credit: string; debit: string; balance: string; other: string; nothing: string }
> = {
  consumer: {
    title: "Statement of a consumer's pool",
    credit: "in",
    debit: "out",
    balance: "in the pool",
    other: "operator",
    nothing: "Nothing moved in this pool in the period.",
  },
  operator: {
    title: "Statement of a payee's earnings",
    credit: "earned",
    debit: "paid out",
    balance: "still owed",
    other: "consumer",
    nothing: "Nothing was earned or paid in the period.",
  },
};

/** "2026-09-01 to 2026-09-30", "the deployment to block 47,486" */
export function periodText({ from, to, target }: AccountStatement): string {
  return `${from ?? "the deployment"} to ${to ?? `block ${count(target.toBlock)}`} (UTC)`;
}

/** Sums up a payee's sessions that were charged less than their meter; undefined: there is none. */
export function belowText({ lines }: AccountStatement): string | undefined {
  // A wallet that is on both ends of a session has two lines of it.
  let last: StatementLine | undefined;
  const sessions = Iterator.from(lines).filter((line) => {
    const isSame = line.sessionId !== undefined && line.sessionId === last?.sessionId;
    last = line;
    return line.missing > 0n && !isSame;
  });
  const text = belowMeterText(sessions);
  return text && `${text} Their ids are closed: operator and platform lose the rest.`;
}

/** "Session", and whether it was charged less than its meter. */
export function kindText({ kind, missing = 0n }: Pick<StatementRow, "kind" | "missing">): string {
  return missing > 0n ? `${kind} *` : kind;
}

/** Compares the closing balance with the chain's, in a sentence; undefined: the statement ends before the last block. */
export function chainText({ onChain, closing, target }: AccountStatement, amount: (micro: bigint) => string) {
  if (onChain === undefined) return undefined;
  const block = count(target.toBlock);
  return onChain === closing
    ? `The contract says the same at block ${block}.`
    : `The contract says ${amount(onChain)} at block ${block}: this does NOT agree.`;
}
