/** R1, R2, R11 and R12: each event that moves money, held against the transfer that follows it. */

import type { HistoryTransaction, UsdcTransfer } from "@luxxon/chain/settlement/history";
import type { Address } from "@luxxon/contracts-abi/model";
import { credits, type State, surplus } from "@luxxon/contracts-abi/model";
import { money } from "../../words.ts";
import type { Findings } from "../findings.ts";
import type { DepositedEvent, PaidOutEvent } from "../steps.ts";

export interface MovementFacts {
  readonly findings: Findings;
  readonly transaction: HistoryTransaction;
  /** Just before the event. */
  readonly state: State;
  /** USDC that the contract held then, µUSDC. */
  readonly held: bigint;
  readonly transfer: UsdcTransfer | undefined;
}

export function checkDeposit(facts: MovementFacts, { consumer, payer, amount }: DepositedEvent["args"]): void {
  const { findings, transaction, transfer } = facts;
  findings.check("R1", transfer?.from === payer && transfer.amount === amount, () => ({
    message: `A deposit of ${money(amount)} for ${consumer} did not bring in that much USDC from ${payer}.`,
    expected: `${money(amount)} from ${payer}`,
    found: transfer === undefined ? "no USDC came in" : `${money(transfer.amount)} from ${transfer.from}`,
    transaction,
    account: consumer,
  }));
}

export function checkPayment(facts: MovementFacts, event: PaidOutEvent): void {
  if (facts.transfer !== undefined) facts.findings.pass("R13");
  if (event.eventName === "Withdrawn") checkWithdrawal(facts, event.args.consumer, event.args.amount);
  if (event.eventName === "CreditClaimed") checkClaim(facts, event.args.payee, event.args.amount);
  if (event.eventName === "Rescued") checkRescue(facts, event.args);
}

function checkWithdrawal({ findings, transaction, transfer }: MovementFacts, consumer: Address, amount: bigint): void {
  findings.check("R2", isPaid(transfer, consumer, amount), () => ({
    message: `A withdrawal of ${money(amount)} did not pay that much USDC to ${consumer}.`,
    expected: `${money(amount)} to ${consumer}`,
    found: describe(transfer),
    transaction,
    account: consumer,
  }));
}

function checkClaim({ findings, transaction, state, transfer }: MovementFacts, payee: Address, amount: bigint): void {
  const owed = credits(state, payee);
  findings.check("R11", amount === owed && isPaid(transfer, payee, amount), () => ({
    message: `A claim did not pay ${payee} exactly the credits that it was owed.`,
    expected: `${money(owed)} to ${payee}`,
    found: amount === owed ? describe(transfer) : `a claim of ${money(amount)}`,
    transaction,
    account: payee,
  }));
}

function checkRescue(
  { findings, transaction, state, held, transfer }: MovementFacts,
  { token, to, amount }: { token: Address; to: Address; amount: bigint },
): void {
  // Any other token is the owner's to take.
  if (token !== state.usdc) return;
  const free = surplus(state, held);
  findings.check("R12", amount <= free && isPaid(transfer, to, amount), () => ({
    message: `A rescue took USDC that belongs to consumers or payees, or did not pay ${to} what it says.`,
    expected: `at most ${money(free)}, and that much to ${to}`,
    found: amount <= free ? describe(transfer) : money(amount),
    transaction,
    account: to,
  }));
}

function isPaid(transfer: UsdcTransfer | undefined, to: Address, amount: bigint): boolean {
  // A rescue of nothing moves nothing.
  if (amount === 0n) return transfer === undefined;
  return transfer?.to === to && transfer.amount === amount;
}

function describe(transfer: UsdcTransfer | undefined): string {
  return transfer === undefined ? "no USDC left" : `${money(transfer.amount)} to ${transfer.to}`;
}
