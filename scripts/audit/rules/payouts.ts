/** Holds what the sessions of a batch are owed against what USDC moved and the contract credited: R10 and R13. */

import type { Address, Hex } from "viem";
import { money } from "../../words.ts";
import type { Finding, Rulings } from "../findings.ts";
import type { Payout, SettledEvent } from "../steps.ts";
import { session } from "../text.ts";
import type { Settlement } from "../types.ts";

/** One transfer that a batch owes: to a payee for a run of its sessions, or to the platform for all fees. */
interface Owed {
  readonly payee: Address;
  amount: bigint;
  readonly sessions: Hex[];
  readonly isFee: boolean;
}

/** A session, and how its two parts were paid. */
type Paid = Pick<Settlement, "operatorPaid" | "platformPaid"> & { readonly line: SettledEvent };

/**
 * Consecutive sessions of one payee are paid by one transfer, and all fees by one at the end.
 *
 * @param rule Is told what R10 and R13 say, payout by payout.
 * @returns The sessions in order.
 */
export function onPayouts(
  lines: readonly SettledEvent[],
  payouts: readonly Payout[],
  platformWallet: Address,
  rule: (rulings: Rulings) => void,
): Paid[] {
  const owed = owedFor(lines, platformWallet).filter(({ amount }) => amount !== 0n);
  const paid = new Map<Owed, Payout["how"]>();
  let next = 0;
  for (const one of owed) {
    const isFor = ({ payee }: Payout) => payee === one.payee;
    // Whatever stands before the payout that is looked for was not owed to anybody.
    const found = payouts.findIndex((payout, i) => i >= next && isFor(payout) && payout.amount === one.amount);
    const candidate = payouts[found === -1 ? next : found];
    const payout = candidate !== undefined && isFor(candidate) ? candidate : undefined;
    if (found !== -1) for (const stray of payouts.slice(next, found)) rule(onStray(stray));
    if (payout !== undefined) {
      next = found === -1 ? next + 1 : found + 1;
      paid.set(one, payout.how);
      if (payout.how === "transferred") rule({ R13: true });
    }
    rule({ R10: found !== -1 || notPaid(one, payout) });
  }
  for (const stray of payouts.slice(next)) rule(onStray(stray));

  const fee = owed.find(({ isFee }) => isFee);
  const runs = new Map(owed.flatMap((one) => (one.isFee ? [] : one.sessions.map((id) => [id, one] as const))));
  const how = (amount: bigint, one: Owed | undefined) =>
    amount === 0n || one === undefined ? "nothing" : (paid.get(one) ?? "nothing");
  return lines.map((line) => {
    const { sessionId, toAmount, feeAmount } = line.args;
    return { line, operatorPaid: how(toAmount, runs.get(sessionId)), platformPaid: how(feeAmount, fee) };
  });
}

/** USDC that left, or a credit that was given, and nothing says for what. */
export function onStray({ payee, amount, how }: Payout): Rulings {
  const stray = (message: string) => ({ message, expected: "nothing", found: money(amount), account: payee });
  return how === "credited"
    ? { R10: stray(`${money(amount)} were credited to ${payee}, and no session of the batch owes them.`) }
    : { R13: stray(`${money(amount)} left the contract for ${payee}, and no event says what for.`) };
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

/** @param other What its payee got instead. */
function notPaid({ payee, amount, sessions, isFee }: Owed, other: Payout | undefined): Finding {
  const only = sessions.length === 1 ? sessions[0] : undefined;
  const whatFor = only === undefined ? `${sessions.length} sessions` : session(only);
  return {
    message: isFee
      ? `The platform did not get the fees of ${whatFor}, as their settlement says them.`
      : `${payee} did not get its part of ${whatFor}, as the settlement says it.`,
    expected: `${money(amount)} transferred or credited`,
    found: other === undefined ? "nothing" : `${money(other.amount)} ${other.how}`,
    sessionId: only,
    account: payee,
  };
}
