/** R10 and R13: what the sessions of a batch are owed, held against what USDC moved and the contract credited. */

import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import type { Address, Hex } from "viem";
import { money } from "../../words.ts";
import type { Findings } from "../findings.ts";
import type { Payout, SettledEvent } from "../steps.ts";
import { session } from "../words.ts";

/** One transfer that a batch owes: to a payee for a run of its sessions, or to the platform for all fees. */
interface Owed {
  readonly payee: Address;
  amount: bigint;
  readonly sessions: Hex[];
  readonly isFee: boolean;
}

/** How a session's two parts were paid. */
export interface Paid {
  operator: Payout["how"] | "nothing";
  platform: Payout["how"] | "nothing";
}

/**
 * Consecutive sessions of one payee are paid by one transfer, and all fees by one at the end.
 *
 * @returns Of each session, in order, how it was paid.
 */
export function checkPayouts(
  findings: Findings,
  transaction: HistoryTransaction,
  platformWallet: Address,
  lines: readonly SettledEvent[],
  payouts: readonly Payout[],
): Paid[] {
  const owed = owedFor(lines, platformWallet).filter(({ amount }) => amount !== 0n);
  const paid = new Map<Owed, Payout["how"]>();
  let next = 0;
  for (const one of owed) {
    // Whatever stands before the payout that is looked for was not owed to anybody.
    const found = payouts.findIndex((payout, i) => i >= next && isFor(payout, one) && payout.amount === one.amount);
    const payout = payouts[found === -1 ? next : found];
    if (found !== -1) {
      for (const stray of payouts.slice(next, found)) unnamed(findings, transaction, stray);
      next = found + 1;
    } else if (payout !== undefined && isFor(payout, one)) {
      next++;
    }
    if (payout !== undefined && isFor(payout, one)) {
      paid.set(one, payout.how);
      if (payout.how === "transferred") findings.pass("R13");
    }
    findings.check("R10", found !== -1, () => notPaid(one, payout, transaction));
  }
  for (const stray of payouts.slice(next)) unnamed(findings, transaction, stray);

  const fee = owed.find(({ isFee }) => isFee);
  const runs = new Map(owed.flatMap((one) => (one.isFee ? [] : one.sessions.map((id) => [id, one] as const))));
  return lines.map(({ args: { sessionId, toAmount, feeAmount } }) => ({
    operator: howPaid(toAmount, paid, runs.get(sessionId)),
    platform: howPaid(feeAmount, paid, fee),
  }));
}

/** USDC that left, or a credit that was given, and nothing says for what. */
export function unnamed(findings: Findings, transaction: HistoryTransaction, { payee, amount, how }: Payout): void {
  const isCredit = how === "credited";
  findings.check(isCredit ? "R10" : "R13", false, () => ({
    message: isCredit
      ? `${money(amount)} were credited to ${payee}, and no session of the batch owes them.`
      : `${money(amount)} left the contract for ${payee}, and no event says what for.`,
    expected: "nothing",
    found: money(amount),
    transaction,
    account: payee,
  }));
}

function owedFor(lines: readonly SettledEvent[], platformWallet: Address): Owed[] {
  const runs: Owed[] = [];
  const fees: Owed = { payee: platformWallet, amount: 0n, sessions: [], isFee: true };
  for (const { args } of lines) {
    const last = runs.at(-1);
    const run = last?.payee === args.to ? last : { payee: args.to, amount: 0n, sessions: [], isFee: false };
    if (run !== last) runs.push(run);
    run.amount += args.toAmount;
    run.sessions.push(args.sessionId);
    fees.amount += args.feeAmount;
    if (args.feeAmount !== 0n) fees.sessions.push(args.sessionId);
  }
  return [...runs, fees];
}

function isFor(payout: Payout, { payee }: Owed): boolean {
  return payout.payee === payee;
}

function notPaid(owed: Owed, payout: Payout | undefined, transaction: HistoryTransaction) {
  const { payee, amount, sessions, isFee } = owed;
  const [first] = sessions;
  const whatFor = first !== undefined && sessions.length === 1 ? session(first) : `${sessions.length} sessions`;
  const other = payout !== undefined && isFor(payout, owed) ? payout : undefined;
  return {
    message: isFee
      ? `The platform did not get the fees of ${whatFor}, as their settlement says them.`
      : `${payee} did not get its part of ${whatFor}, as the settlement says it.`,
    expected: `${money(amount)} transferred or credited`,
    found: other === undefined ? "nothing" : `${money(other.amount)} ${other.how}`,
    transaction,
    sessionId: sessions.length === 1 ? first : undefined,
    account: payee,
  };
}

function howPaid(amount: bigint, paid: ReadonlyMap<Owed, Payout["how"]>, owed: Owed | undefined): Paid["operator"] {
  return amount === 0n || owed === undefined ? "nothing" : (paid.get(owed) ?? "nothing");
}
