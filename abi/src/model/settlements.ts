/** Charges sessions and pays for them, as ILuxxonSettlement.sol promises it. */
import { draw, limitOf } from "./dailyLimit.ts";
import { ensure } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { MAX_BATCH } from "./limits.ts";
import { checkSettlement } from "./refusals.ts";
import { accountOf, credits, withSettled } from "./state.ts";
import { type Address, type BatchEntry, Refusal, sameAddress } from "./types.ts";

/** Charges one session, or reverts with the rule that refuses it. */
export function settleFromPool(execution: Execution, entry: BatchEntry): void {
  requireMaySettle(execution);
  const refusal = settle(execution, entry);
  ensure(refusal === Refusal.None, () => ({ errorName: "SettlementRefused", args: [entry.sessionId, refusal] }));
  payAll(execution, [entry]);
}

/** Charges or skips each entry on its own. Returns the bitmap: bit i is set if entry i was settled. */
export function settleBatch(execution: Execution, entries: readonly BatchEntry[]): bigint {
  requireMaySettle(execution);
  const size = entries.length;
  ensure(size >= 1 && size <= MAX_BATCH, () => ({ errorName: "InvalidBatchSize", args: [BigInt(size)] }));
  let settledBitmap = 0n;
  const paid: BatchEntry[] = [];
  for (const [i, entry] of entries.entries()) {
    const refusal = settle(execution, entry);
    if (refusal === Refusal.None) {
      settledBitmap |= 1n << BigInt(i);
      paid.push(entry);
    } else {
      execution.emit({ eventName: "SettlementSkipped", args: { sessionId: entry.sessionId, reason: refusal } });
    }
  }
  payAll(execution, paid);
  return settledBitmap;
}

/** `claim`: anyone, always; pays the payee what it is owed. Returns the amount, µUSDC; 0 if nothing is owed. */
export function claim(execution: Execution, payee: Address): bigint {
  const { state } = execution;
  const amount = credits(state, payee);
  if (amount === 0n) return 0n;
  execution.change({ credits: state.credits.set(payee, 0n), totalCredits: state.totalCredits - amount });
  execution.emit({ eventName: "CreditClaimed", args: { payee, amount } });
  execution.send(state.usdc, payee, amount);
  return amount;
}

function requireMaySettle(execution: Execution): void {
  execution.requireIs(execution.state.relayer, (caller) => ({ errorName: "NotRelayer", args: [caller] }));
  execution.requireNotPaused();
}

/** Charges one session if no rule refuses it. A refused one changes nothing, and its id stays open. */
function settle(execution: Execution, entry: BatchEntry): Refusal {
  const { state, timestamp } = execution;
  const refusal = checkSettlement(state, entry, timestamp);
  if (refusal !== Refusal.None) return refusal;

  const { sessionId, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds } = entry;
  const total = toAmount + feeAmount;
  const consumer = accountOf(state, from);
  execution.change(withSettled(state, sessionId));
  execution.change({ pool: draw(state.pool, state.pool.dailyLimit, timestamp, total) });
  execution.changeAccount(from, draw(consumer, limitOf(consumer, state.defaultDailyLimit), timestamp, total));
  execution.emit({
    eventName: "Settled",
    args: { sessionId, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds },
  });
  return Refusal.None;
}

/** One transfer for each run of settled entries with the same payee, then one for all fees. */
function payAll(execution: Execution, entries: readonly BatchEntry[]): void {
  const runs: { to: Address; amount: bigint }[] = [];
  for (const { to, toAmount } of entries) {
    const last = runs.at(-1);
    if (last !== undefined && sameAddress(last.to, to)) last.amount += toAmount;
    else runs.push({ to, amount: toAmount });
  }
  for (const { to, amount } of runs) pay(execution, to, amount);
  const fees = entries.reduce((sum, { feeAmount }) => sum + feeAmount, 0n);
  pay(execution, execution.state.platformWallet, fees);
}

/** If USDC refuses a payout, the payee is owed it instead, and the settlement stands. */
function pay(execution: Execution, payee: Address, amount: bigint): void {
  const { state } = execution;
  if (amount === 0n || execution.trySend(state.usdc, payee, amount)) return;
  execution.change({
    credits: state.credits.set(payee, credits(state, payee) + amount),
    totalCredits: state.totalCredits + amount,
  });
  execution.emit({ eventName: "PayoutCredited", args: { payee, amount } });
}
