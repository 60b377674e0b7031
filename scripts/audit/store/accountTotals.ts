/** Gives everybody's sums out of the store, with what the contract says of them at the end. */
import type { Address } from "viem";
import type { Sums } from "../books.ts";
import { ReadRows } from "../rows.ts";
import { depositsOf } from "../rules/endState.ts";
import type { AccountTotals, Rows } from "../types.ts";
import type { Store } from "./store.ts";

/** @param length How many there are. */
export function accountTotals({ sums, differing }: Store, length: number): Rows<AccountTotals> {
  const totalsOf = (account: Address, its: Sums): AccountTotals => {
    const { deposited, withdrawn, charged, earned, credited, claimed } = its;
    const found = differing.get(account) ?? { deposits: depositsOf(its), credits: credited - claimed };
    return { account, deposited, withdrawn, charged, earned, claimed, ...found };
  };
  function* all() {
    for (const [account, its] of sums.entries()) yield totalsOf(account, its);
  }
  function* those(_column: string, account: unknown) {
    const its = sums.get(account as Address);
    if (its !== undefined) yield totalsOf(account as Address, its);
  }
  return new ReadRows(length, all, those);
}
