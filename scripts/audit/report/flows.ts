/** Follows what each payee earned, day by day. History is gone through once, and no more of it is held than a day. */
import type { Address } from "viem";
import { dateOf } from "../text.ts";
import type { Audit, Movement, Settlement } from "../types.ts";
import type { Period } from "./periods.ts";
import { merged } from "./sums.ts";

/** What one payee earned and was paid in a while, µUSDC. */
export interface Flow {
  /** Of which it earned something. */
  sessions: number;
  /** By sessions or by fees, whether paid at once or credited. */
  earned: bigint;
  /** Of what was earned: USDC refused the transfer. */
  credited: bigint;
  /** Paid out later, of credits. */
  claimed: bigint;
}

/** The day's flows, of those payees alone that had any. */
export interface FlowsOfDay {
  /** "2026-11-22", in UTC */
  date: string;
  flows: Map<Address, Flow>;
}

type Happened = Pick<Audit, "settlements" | "movements">;

/** Every day on which anything was earned or claimed, in order. */
export function* dailyFlows({ settlements, movements }: Happened): Generator<FlowsOfDay> {
  let today: FlowsOfDay | undefined;
  for (const one of merged<Settlement | Movement>(settlements, movements)) {
    const date = dateOf(one.timestamp);
    if (today?.date !== date) {
      if (today !== undefined && today.flows.size > 0) yield today;
      today = { date, flows: new Map() };
    }
    addTo(today.flows, one);
  }
  if (today !== undefined && today.flows.size > 0) yield today;
}

function addTo(flows: Map<Address, Flow>, one: Settlement | Movement): void {
  const of = (payee: Address): Flow => {
    const flow = flows.get(payee) ?? { sessions: 0, earned: 0n, credited: 0n, claimed: 0n };
    flows.set(payee, flow);
    return flow;
  };
  if ("kind" in one) {
    if (one.kind === "CreditClaimed") of(one.account).claimed += one.amount;
    return;
  }
  // A payee that is the platform's wallet too earned of one session, not of two.
  const earners = new Set<Flow>();
  const earn = (payee: Address, amount: bigint, paid: Settlement["operatorPaid"]) => {
    if (amount === 0n) return;
    const flow = of(payee);
    flow.earned += amount;
    if (paid === "credited") flow.credited += amount;
    earners.add(flow);
  };
  earn(one.to, one.toAmount, one.operatorPaid);
  earn(one.feeTo, one.feeAmount, one.platformPaid);
  for (const flow of earners) flow.sessions++;
}

/** What was earned in each period, of it what was credited. */
export type Course = { earned: bigint; credited: bigint }[];

/** The course of some payees, and of all others together, over these periods. */
export function coursesOf(
  happened: Happened,
  payees: Iterable<Address>,
  periods: readonly Period[],
): { of: Map<Address, Course>; others: Course } {
  const empty = (): Course => periods.map(() => ({ earned: 0n, credited: 0n }));
  const of = new Map([...payees].map((payee) => [payee, empty()]));
  const others = empty();
  let at = 0;
  for (const { date, flows } of dailyFlows(happened)) {
    while (at < periods.length - 1 && Date.parse(date) >= (periods[at]?.end ?? 0)) at++;
    for (const [payee, { earned, credited }] of flows) {
      const sums = (of.get(payee) ?? others)[at];
      if (sums === undefined) continue;
      sums.earned += earned;
      sums.credited += credited;
    }
  }
  return { of, others };
}
