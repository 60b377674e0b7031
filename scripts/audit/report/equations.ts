/** Sets what moved against what the contract says at the end: the sums by which everybody can see that it adds up. */
import type { Audit, Movement } from "../types.ts";
import { sumOf } from "./sums.ts";

/** All amounts are µUSDC. */
export interface Equation {
  terms: readonly { sign: "" | "−" | "+"; name: string; amount: bigint }[];
  /** What they come to, and its name. */
  sum: bigint;
  name: string;
  /** What the contract says that it is. */
  onChain: bigint;
}

export type EquationName = "pools" | "credits" | "held";

export function equationsOf({ days, end, movements }: Audit): Record<EquationName, Equation> {
  const { credited, claimed } = creditsIn(movements);
  return {
    pools: equation("in pools", end.totalDeposits, [
      { sign: "", name: "deposited", amount: sumOf(days, "deposited") },
      { sign: "−", name: "withdrawn", amount: sumOf(days, "withdrawn") },
      { sign: "−", name: "settled", amount: sumOf(days, "settled") },
    ]),
    credits: equation("owed as credits", end.totalCredits, [
      { sign: "", name: "credited", amount: credited },
      { sign: "−", name: "claimed", amount: claimed },
    ]),
    held: equation("USDC held", end.usdcBalance, [
      { sign: "", name: "pools", amount: end.totalDeposits },
      { sign: "+", name: "credits", amount: end.totalCredits },
      { sign: "+", name: "surplus", amount: end.surplus },
    ]),
  };
}

function equation(name: string, onChain: bigint, terms: Equation["terms"]): Equation {
  const sum = terms.reduce((so, { sign, amount }) => (sign === "−" ? so - amount : so + amount), 0n);
  return { terms, sum, name, onChain };
}

/** Payouts that USDC refused, and what of them was claimed. */
function creditsIn(movements: Iterable<Movement>): { credited: bigint; claimed: bigint } {
  const sums = { credited: 0n, claimed: 0n };
  for (const { kind, amount } of movements) {
    if (kind === "PayoutCredited") sums.credited += amount;
    if (kind === "CreditClaimed") sums.claimed += amount;
  }
  return sums;
}

/** "deposited − withdrawn − settled" */
export function termsText({ terms }: Equation): string {
  return terms.map(({ sign, name }) => (sign === "" ? name : `${sign} ${name}`)).join(" ");
}
