/**
 * Puts a transaction's logs together as the contract made them: each event that moves money with the transfer that follows
 * it, and each batch with its payouts.
 */

import type { Entry, EventNamed, Logged, PastEvent, UsdcTransfer } from "@luxxon/chain/settlement/history";
import type { Address } from "viem";

export type SettledEvent = Logged<EventNamed<"Settled">>;
export type SkippedEvent = Logged<EventNamed<"SettlementSkipped">>;
export type DepositedEvent = Logged<EventNamed<"Deposited">>;
export type PaidOutEvent =
  | Logged<EventNamed<"Withdrawn">>
  | Logged<EventNamed<"CreditClaimed">>
  | Logged<EventNamed<"Rescued">>;
export type SettingEvent = Logged<
  Exclude<
    PastEvent,
    EventNamed<
      "Settled" | "SettlementSkipped" | "Deposited" | "Withdrawn" | "PayoutCredited" | "CreditClaimed" | "Rescued"
    >
  >
>;

/** What a payee got for its sessions, or the platform as its fees. */
export interface Payout {
  readonly payee: Address;
  /** µUSDC */
  readonly amount: bigint;
  readonly how: "transferred" | "credited";
  readonly logIndex: number;
}

export type Step =
  | { readonly kind: "settling"; readonly lines: (SettledEvent | SkippedEvent)[]; readonly payouts: Payout[] }
  | { readonly kind: "deposit"; readonly event: DepositedEvent; readonly transfer: UsdcTransfer | undefined }
  /** `transfer`: of USDC; a rescue of another token has none. */
  | { readonly kind: "payment"; readonly event: PaidOutEvent; readonly transfer: UsdcTransfer | undefined }
  | { readonly kind: "setting"; readonly event: SettingEvent }
  /** Payouts, or transfers out, that nothing before them explains. */
  | { readonly kind: "unnamed"; readonly payout: Payout }
  /** USDC that somebody has sent without a deposit. */
  | { readonly kind: "gift"; readonly transfer: UsdcTransfer };

export function stepsOf(all: readonly Entry[], self: Address, usdc: Address): Step[] {
  // Anyone can make USDC tell of a transfer of nothing, from anybody to anybody, and some do to be taken for a payee.
  const entries = all.filter((entry) => entry.eventName !== "Transfer" || entry.amount !== 0n);
  const steps: Step[] = [];
  let at = 0;

  const isOut = (entry: Entry | undefined) => entry?.eventName === "Transfer" && entry.from === self;
  const isIn = (entry: Entry | undefined) =>
    entry?.eventName === "Transfer" && entry.to === self && entry.from !== self;
  /** The next log, if it is such a transfer. */
  const takeTransfer = (isWanted: (entry: Entry | undefined) => boolean): UsdcTransfer | undefined => {
    const entry = entries[at];
    if (!isWanted(entry)) return undefined;
    at++;
    return entry as UsdcTransfer & Entry;
  };

  while (at < entries.length) {
    const entry = entries[at++] as Entry;
    switch (entry.eventName) {
      case "Settled":
      case "SettlementSkipped": {
        const lines: (SettledEvent | SkippedEvent)[] = [entry];
        for (let next = entries[at]; isLine(next); next = entries[++at]) lines.push(next);
        const payouts: Payout[] = [];
        for (let payout = payoutOf(entries[at], self); payout !== undefined; payout = payoutOf(entries[++at], self)) {
          payouts.push(payout);
        }
        steps.push({ kind: "settling", lines, payouts });
        break;
      }
      case "Deposited":
        steps.push({ kind: "deposit", event: entry, transfer: takeTransfer(isIn) });
        break;
      case "Withdrawn":
      case "CreditClaimed":
        steps.push({ kind: "payment", event: entry, transfer: takeTransfer(isOut) });
        break;
      case "Rescued": {
        const transfer = entry.args.token === usdc ? takeTransfer(isOut) : undefined;
        steps.push({ kind: "payment", event: entry, transfer });
        break;
      }
      case "PayoutCredited":
        steps.push({ kind: "unnamed", payout: payoutOf(entry, self) as Payout });
        break;
      case "Transfer":
        if (entry.from === self) steps.push({ kind: "unnamed", payout: payoutOf(entry, self) as Payout });
        else steps.push({ kind: "gift", transfer: entry });
        break;
      default:
        steps.push({ kind: "setting", event: entry });
    }
  }
  return steps;
}

function isLine(entry: Entry | undefined): entry is SettledEvent | SkippedEvent {
  return entry?.eventName === "Settled" || entry?.eventName === "SettlementSkipped";
}

function payoutOf(entry: Entry | undefined, self: Address): Payout | undefined {
  if (entry?.eventName === "PayoutCredited") {
    return { ...entry.args, how: "credited", logIndex: entry.logIndex };
  }
  if (entry?.eventName === "Transfer" && entry.from === self) {
    return { payee: entry.to, amount: entry.amount, how: "transferred", logIndex: entry.logIndex };
  }
  return undefined;
}
