/** Holds each event that moves money against the transfer that follows it: R1, R2, R11, R12 and R13. */

import type { UsdcTransfer } from "@luxxon/chain/settlement/history";
import { type Address, credits, type State, surplus } from "@luxxon/contracts-abi/model";
import { money } from "../../words.ts";
import type { Rulings } from "../findings.ts";
import type { DepositedEvent, PaidOutEvent } from "../steps.ts";

export function onDeposit(
  { consumer, payer, amount }: DepositedEvent["args"],
  transfer: UsdcTransfer | undefined,
): Rulings {
  return {
    R1: (transfer?.from === payer && transfer.amount === amount) || {
      message: `A deposit of ${money(amount)} for ${consumer} did not bring in that much USDC from ${payer}.`,
      expected: `${money(amount)} from ${payer}`,
      found: transfer === undefined ? "no USDC came in" : `${money(transfer.amount)} from ${transfer.from}`,
      account: consumer,
    },
  };
}

/** @param before The contract just before the event, and the USDC that it held then, µUSDC. */
export function onPayment(
  { state, held }: { state: State; held: bigint },
  { eventName, args }: PaidOutEvent,
  transfer: UsdcTransfer | undefined,
): Rulings {
  const { amount } = args;
  const R13 = transfer === undefined ? undefined : true;
  const left = transfer === undefined ? "no USDC left" : `${money(transfer.amount)} to ${transfer.to}`;
  switch (eventName) {
    case "Withdrawn": {
      const { consumer } = args;
      const R2 = isPaid(transfer, consumer, amount) || {
        message: `A withdrawal of ${money(amount)} did not pay that much USDC to ${consumer}.`,
        expected: `${money(amount)} to ${consumer}`,
        found: left,
        account: consumer,
      };
      return { R13, R2 };
    }
    case "CreditClaimed": {
      const { payee } = args;
      const owed = credits(state, payee);
      const R11 = (amount === owed && isPaid(transfer, payee, amount)) || {
        message: `A claim did not pay ${payee} exactly the credits that it was owed.`,
        expected: `${money(owed)} to ${payee}`,
        found: amount === owed ? left : `a claim of ${money(amount)}`,
        account: payee,
      };
      return { R13, R11 };
    }
    case "Rescued": {
      const { token, to } = args;
      // Any other token is the owner's to take.
      if (token !== state.usdc) return { R13 };
      const free = surplus(state, held);
      const R12 = (amount <= free && isPaid(transfer, to, amount)) || {
        message: `A rescue took USDC that belongs to consumers or payees, or did not pay ${to} what it says.`,
        expected: `at most ${money(free)}, and that much to ${to}`,
        found: amount <= free ? left : money(amount),
        account: to,
      };
      return { R13, R12 };
    }
  }
}

function isPaid(transfer: UsdcTransfer | undefined, to: Address, amount: bigint): boolean {
  // A rescue of nothing moves nothing.
  if (amount === 0n) return transfer === undefined;
  return transfer?.to === to && transfer.amount === amount;
}
