/** Tells what happened to one consumer's pool, or to what one payee earned, over some days. */

import { dayOf } from "@luxxon/chain/command/flags";
import { UsageError } from "@luxxon/chain/usageError";
import type { Address, Hex } from "viem";
import { getAddress } from "viem";
import { missingOf } from "../report/belowMeter.ts";
import { merged, unitedOf } from "../report/sums.ts";
import { ReadRows } from "../rows.ts";
import { dateOf, sameHex } from "../text.ts";
import { type Audit, type Movement, narrowed, type Position, type Rows, type Settlement } from "../types.ts";
import { type AuditBehind, auditBehind } from "./auditBehind.ts";

const DAY = 86_400;

/** A consumer's statement is about its pool; an operator's about what it earned and is owed. */
export type Role = "consumer" | "operator";

export interface StatementRequest {
  account: Address;
  role: Role;
  /** Days in UTC, "2026-11-22", both included; undefined: from the deployment, up to the last block. */
  from: string | undefined;
  to: string | undefined;
}

export type LineKind = "Deposit" | "Withdrawal" | "Session" | "Fee" | "Claim";

/** All amounts are µUSDC and none is negative. */
export interface StatementLine extends Position {
  kind: LineKind;
  sessionId: Hex | undefined;
  /** Who is on the other side: the operator of a consumer's session, the consumer of an operator's. */
  other: Address | undefined;
  /** Of a session: its meter is rate × seconds. */
  ratePerSecond: bigint | undefined;
  chargeableSeconds: bigint | undefined;
  /** Of a session: what of its charge went to the platform. */
  fee: bigint | undefined;
  /** Of a payee's session: what was not charged of its meter, operator's part and fee together. */
  missing: bigint;
  /** Consumer: paid into the pool. Operator: earned. */
  credit: bigint;
  /** Consumer: left the pool. Operator: paid out to its wallet. */
  debit: bigint;
  /** After this line. Consumer: in the pool. Operator: earned and not paid out yet, so a credit. */
  balance: bigint;
}

/** A line, or the opening or closing balance, which have neither a time nor a place. */
export type StatementRow = Partial<Omit<StatementLine, "kind">> & { kind: string; balance: bigint };

export interface AccountStatement {
  account: Address;
  role: Role;
  /** Days in UTC, both included; undefined: no bound. */
  from: string | undefined;
  to: string | undefined;
  opening: bigint;
  /** In the order of the chain; there may be more than the memory holds. */
  lines: Rows<StatementLine>;
  credit: bigint;
  debit: bigint;
  closing: bigint;
  /** What the chain says, if the statement reaches to the last block; else undefined. */
  onChain: bigint | undefined;
  target: Audit["target"];
  audit: AuditBehind;
}

/** @throws {UsageError} if a day is none, or the period is empty or after the audit. */
export function accountStatement(audit: Audit, request: StatementRequest): AccountStatement {
  const { role, from, to } = request;
  const account = getAddress(request.account);
  const first = from === undefined ? Number.NEGATIVE_INFINITY : dayOf("--from-date", from);
  const end = to === undefined ? Number.POSITIVE_INFINITY : dayOf("--to-date", to) + DAY;
  if (first >= end) throw new UsageError(`The period from ${from} to ${to} is empty.`);
  const { target } = audit;
  if (first > target.toTimestamp) {
    throw new UsageError(`The audit ends on ${dateOf(target.toTimestamp)}, before ${from}.`);
  }

  const all = () => (role === "consumer" ? consumerLines(audit, account) : operatorLines(audit, account));
  let [count, opening, credit, debit] = [0, 0n, 0n, 0n];
  for (const line of all()) {
    if (line.timestamp >= end) break;
    if (line.timestamp < first) {
      opening += line.credit - line.debit;
      continue;
    }
    count++;
    credit += line.credit;
    debit += line.debit;
  }
  function* inPeriod(): Generator<StatementLine> {
    let balance = 0n;
    for (const line of all()) {
      if (line.timestamp >= end) return;
      balance += line.credit - line.debit;
      if (line.timestamp >= first) yield { ...line, balance };
    }
  }
  const totals = Iterator.from(narrowed(audit.accounts, "account", account)).find((one) =>
    sameHex(one.account, account),
  );
  const atEnd = role === "consumer" ? totals?.deposits : totals?.credits;
  const onChain = end > target.toTimestamp ? (atEnd ?? 0n) : undefined;
  return {
    account,
    role,
    from,
    to,
    opening,
    lines: new ReadRows(count, inPeriod),
    credit,
    debit,
    closing: opening + credit - debit,
    onChain,
    target,
    audit: auditBehind(audit),
  };
}

/** Compares the closing balance with the chain's. Unknown counts as yes: nothing contradicts it. */
export function agreesWithChain({ closing, onChain }: AccountStatement): boolean {
  return onChain === undefined || closing === onChain;
}

type Line = Omit<StatementLine, "balance">;

function consumerLines({ settlements, movements }: Audit, account: Address): Iterable<Line> {
  return merged<Line>(
    Iterator.from(narrowed(settlements, "from", account))
      .filter(({ from }) => sameHex(from, account))
      .map((one) =>
        line(one, "Session", {
          ...meterOf(one),
          fee: one.feeAmount,
          other: one.to,
          debit: one.toAmount + one.feeAmount,
        }),
      ),
    Iterator.from(narrowed(movements, "account", account)).flatMap((one) => {
      if (!sameHex(one.account, account)) return [];
      if (one.kind === "Deposited") return [line(one, "Deposit", { credit: one.amount })];
      return one.kind === "Withdrawn" ? [line(one, "Withdrawal", { debit: one.amount })] : [];
    }),
  );
}

/** A payout is a line of its own only when it comes later: a session that is paid at once is earned and paid in one. */
function operatorLines({ settlements, movements }: Audit, account: Address): Iterable<Line> {
  const earned = (one: Settlement): Line[] => {
    const missing = missingOf(one);
    const part = (kind: LineKind, amount: bigint, paid: Settlement["operatorPaid"], fee?: bigint) =>
      line(one, kind, {
        ...meterOf(one),
        fee,
        other: one.from,
        credit: amount,
        debit: paid === "transferred" ? amount : 0n,
        missing,
      });
    return [
      ...(sameHex(one.to, account) ? [part("Session", one.toAmount, one.operatorPaid, one.feeAmount)] : []),
      // The amount of such a line is the fee.
      ...(sameHex(one.feeTo, account) && (one.feeAmount > 0n || missing > 0n)
        ? [part("Fee", one.feeAmount, one.platformPaid)]
        : []),
    ];
  };
  const claimed = (one: Movement): Line[] =>
    one.kind === "CreditClaimed" && sameHex(one.account, account) ? [line(one, "Claim", { debit: one.amount })] : [];
  const sessions = unitedOf(narrowed(settlements, "to", account), narrowed(settlements, "feeTo", account));
  return merged<Line>(
    Iterator.from(sessions).flatMap(earned),
    Iterator.from(narrowed(movements, "account", account)).flatMap(claimed),
  );
}

function meterOf({ sessionId, ratePerSecond, chargeableSeconds }: Settlement) {
  return { sessionId, ratePerSecond, chargeableSeconds };
}

function line(
  { blockNumber, timestamp, transactionHash, logIndex }: Position,
  kind: LineKind,
  rest: Partial<Omit<Line, keyof Position | "kind">>,
): Line {
  const ofSession = { sessionId: undefined, ratePerSecond: undefined, chargeableSeconds: undefined, fee: undefined };
  const nothing = { ...ofSession, other: undefined, missing: 0n, credit: 0n, debit: 0n };
  return { blockNumber, timestamp, transactionHash, logIndex, kind, ...nothing, ...rest };
}
