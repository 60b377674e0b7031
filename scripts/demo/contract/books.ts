/** Reads and checks the books of a LuxxonSettlement contract: what its events say, what it says, and what USDC says. */

import { parseSettlementLogs } from "@luxxon/contracts-abi/viem";
import type { Address } from "viem";
import type { Market } from "./market.ts";

/** Every sum in µUSDC. */
export interface Books {
  /** From the contract's events. */
  deposited: bigint;
  withdrawn: bigint;
  /** Operators' parts and fees. */
  settled: bigint;
  /** Payouts that USDC refused. */
  credited: bigint;
  claimed: bigint;
  /** From USDC's own transfers into and out of the contract. */
  received: bigint;
  sent: bigint;
  /** From the contract's and the token's state. */
  totalDeposits: bigint;
  totalCredits: bigint;
  tokenBalance: bigint;
  surplus: bigint;
}

export interface Check {
  rule: string;
  left: bigint;
  right: bigint;
  agrees: boolean;
}

/** Reads everything since the first block: three independent accounts of the same money. */
export async function readBooks({ publicClient, settlement, usdc }: Market): Promise<Books> {
  const events = parseSettlementLogs({
    logs: await publicClient.getLogs({ address: settlement.address, fromBlock: 0n }),
  });
  const sum = (eventName: string, ...fields: string[]) =>
    events
      .filter((event) => event.eventName === eventName)
      .flatMap(({ args }) => fields.map((field) => (args as Record<string, bigint>)[field] ?? 0n))
      .reduce((total, amount) => total + amount, 0n);
  const moved = async (end: { from: Address } | { to: Address }) =>
    (await usdc.getEvents.Transfer(end, { fromBlock: 0n })).reduce((total, { args }) => total + (args.value ?? 0n), 0n);

  return {
    deposited: sum("Deposited", "amount"),
    withdrawn: sum("Withdrawn", "amount"),
    settled: sum("Settled", "toAmount", "feeAmount"),
    credited: sum("PayoutCredited", "amount"),
    claimed: sum("CreditClaimed", "amount"),
    received: await moved({ to: settlement.address }),
    sent: await moved({ from: settlement.address }),
    totalDeposits: await settlement.read.totalDeposits(),
    totalCredits: await settlement.read.totalCredits(),
    tokenBalance: await usdc.read.balanceOf([settlement.address]),
    surplus: await settlement.read.surplus(),
  };
}

/** What must hold between them. */
export function checkBooks(books: Books): Check[] {
  const check = (rule: string, left: bigint, right: bigint): Check => ({ rule, left, right, agrees: left === right });
  const { deposited, withdrawn, settled, credited, claimed, received, sent } = books;
  return [
    check("deposited − withdrawn − settled = totalDeposits", deposited - withdrawn - settled, books.totalDeposits),
    check("credited − claimed = totalCredits", credited - claimed, books.totalCredits),
    check("USDC in = deposited", received, deposited),
    check("USDC out = withdrawn + settled − credited + claimed", sent, withdrawn + settled - credited + claimed),
    check("token balance = totalDeposits + totalCredits", books.tokenBalance, books.totalDeposits + books.totalCredits),
    check("surplus = 0", books.surplus, 0n),
  ];
}
