/** R3 to R9, and R26: one settled session, as the contract stood just before it. */

import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import { MAX_CHARGEABLE_SECONDS, MAX_FEE_BPS, MAX_RATE_PER_SECOND } from "@luxxon/contracts-abi";
import { accountOf, allows, limitOf, room, type State, settled, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import { limit as limitText, money } from "../../words.ts";
import type { Findings } from "../findings.ts";
import type { SettledEvent } from "../steps.ts";
import { sentence, session } from "../words.ts";

const BPS = 10_000n;

/** Where a rule finds what it looks at. */
export interface SessionFacts {
  readonly findings: Findings;
  readonly transaction: HistoryTransaction;
  readonly state: State;
  readonly event: SettledEvent["args"];
}

export function checkSession(facts: SessionFacts, announcedFeeBps: number | undefined): void {
  settledOnce(facts);
  withinMeter(facts);
  withinCeilings(facts);
  feeUnderCap(facts);
  paidByPool(facts);
  withinDailyLimit(facts);
  withinPoolLimit(facts);
  if (announcedFeeBps !== undefined) feeAsAnnounced(facts, announcedFeeBps);
}

function settledOnce({ findings, transaction, state, event: { sessionId } }: SessionFacts): void {
  findings.check("R3", !settled(state, sessionId), () => ({
    message: `${sentence(session(sessionId))} was settled a second time.`,
    expected: "one settlement",
    found: "another one",
    transaction,
    sessionId,
  }));
}

function withinMeter({ findings, transaction, event }: SessionFacts): void {
  const { sessionId, ratePerSecond, chargeableSeconds } = event;
  const meter = ratePerSecond * chargeableSeconds;
  const total = totalOf(event);
  findings.check("R4", total <= meter, () => ({
    message: `${sentence(session(sessionId))} was charged more than its meter of ${chargeableSeconds} s at ${money(ratePerSecond)} a second.`,
    expected: `at most ${money(meter)}`,
    found: money(total),
    transaction,
    sessionId,
  }));
}

function withinCeilings({ findings, transaction, state, event }: SessionFacts): void {
  const { sessionId, to, ratePerSecond, chargeableSeconds } = event;
  const wrong =
    to === ZERO_ADDRESS || to === state.address
      ? ["a payee that can be paid", to]
      : totalOf(event) === 0n
        ? ["an amount", money(0n)]
        : ratePerSecond > MAX_RATE_PER_SECOND
          ? [`at most ${money(MAX_RATE_PER_SECOND)} a second`, `${money(ratePerSecond)} a second`]
          : chargeableSeconds > MAX_CHARGEABLE_SECONDS
            ? [`at most ${MAX_CHARGEABLE_SECONDS} s`, `${chargeableSeconds} s`]
            : undefined;
  findings.check("R5", wrong === undefined, () => ({
    message: `${sentence(session(sessionId))} was settled although the contract refuses such a session.`,
    expected: wrong?.[0] ?? "",
    found: wrong?.[1] ?? "",
    transaction,
    sessionId,
  }));
}

function feeUnderCap({ findings, transaction, event }: SessionFacts): void {
  const { sessionId, feeAmount } = event;
  const total = totalOf(event);
  findings.check("R6", feeAmount * BPS <= total * BigInt(MAX_FEE_BPS), () => ({
    message: `The fee of ${session(sessionId)} is over the cap of ${Number(MAX_FEE_BPS) / 100} % of ${money(total)}.`,
    expected: `at most ${money((total * BigInt(MAX_FEE_BPS)) / BPS)}`,
    found: money(feeAmount),
    transaction,
    sessionId,
  }));
}

function paidByPool({ findings, transaction, state, event }: SessionFacts): void {
  const { sessionId, from } = event;
  const total = totalOf(event);
  const { balance } = accountOf(state, from);
  findings.check("R7", total <= balance, () => ({
    message: `${sentence(session(sessionId))} was charged more than ${from} had in the pool.`,
    expected: `at most ${money(balance)}`,
    found: money(total),
    transaction,
    sessionId,
    account: from,
  }));
}

function withinDailyLimit({ findings, transaction, state, event }: SessionFacts): void {
  const { sessionId, from } = event;
  const account = accountOf(state, from);
  const limit = limitOf(account, state.defaultDailyLimit);
  // Without a limit there is nothing to hold against anything.
  if (limit === 0n) return;
  const now = BigInt(transaction.timestamp);
  const total = totalOf(event);
  const whose = account.dailyLimit === 0n ? "the default limit" : "its own limit";
  findings.check("R8", allows(account, limit, now, total), () => ({
    message: `${sentence(session(sessionId))} took ${from} over ${whose}, ${limitText(limit)}.`,
    expected: `at most ${money(room(account, limit, now) ?? 0n)} at that moment`,
    found: money(total),
    transaction,
    sessionId,
    account: from,
  }));
}

function withinPoolLimit({ findings, transaction, state, event }: SessionFacts): void {
  const { sessionId } = event;
  const { pool } = state;
  if (pool.dailyLimit === 0n) return;
  const now = BigInt(transaction.timestamp);
  const total = totalOf(event);
  findings.check("R9", allows(pool, pool.dailyLimit, now, total), () => ({
    message: `${sentence(session(sessionId))} took the whole pool over its limit, ${limitText(pool.dailyLimit)}.`,
    expected: `at most ${money(room(pool, pool.dailyLimit, now) ?? 0n)} at that moment`,
    found: money(total),
    transaction,
    sessionId,
  }));
}

function feeAsAnnounced({ findings, transaction, event }: SessionFacts, bps: number): void {
  const { sessionId, toAmount, feeAmount } = event;
  const total = totalOf(event);
  const fee = announcedFee(total, bps);
  findings.check("R26", feeAmount === fee, () => ({
    message: `The fee of ${session(sessionId)} is not ${bps / 100} % of ${money(total)}, rounded down.`,
    expected: `${money(fee)} to the platform, ${money(total - fee)} to the operator`,
    found: `${money(feeAmount)} to the platform, ${money(toAmount)} to the operator`,
    transaction,
    sessionId,
  }));
}

/** The platform's part of a charge; the operator's is the rest. */
export function announcedFee(total: bigint, bps: number): bigint {
  return (total * BigInt(bps)) / BPS;
}

function totalOf({ toAmount, feeAmount }: SettledEvent["args"]): bigint {
  return toAmount + feeAmount;
}
