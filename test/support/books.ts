/** Reads who has what: everything that a call may move, so that a test can name all of it and nothing else. */

import { usdcAbi } from "@luxxon/chain/usdc";
import type { Address, Hash, Hex } from "viem";
import { getAddress, keccak256, numberToHex, parseEventLogs, toHex } from "viem";
import type { Situation } from "./situation.ts";

/** The people of a situation, by the names that the books use. */
export const PEOPLE = [
  "circle",
  "owner",
  "relayer",
  "guardian",
  "platform",
  "alice",
  "bob",
  "operator",
  "otherOperator",
  "stranger",
] as const;

/** Amounts in µUSDC and times in seconds, by what they are. */
export type Books = Record<string, bigint>;

/** Reads the books now. `others` are accounts beside the people of the situation. */
export async function booksOf(situation: Situation, others: Record<string, Address> = {}): Promise<Books> {
  const { settlement, usdc } = situation;
  const accounts: [string, Address][] = [
    ...PEOPLE.map((name): [string, Address] => [name, situation[name].account.address]),
    ...Object.entries(others),
  ];
  const books: Books = {};
  await Promise.all(
    accounts.map(async ([name, address]) => {
      const [tokens, account, credits] = await Promise.all([
        usdc.read.balanceOf([address]),
        settlement.read.accountOf([address]),
        settlement.read.credits([address]),
      ]);
      books[`${name}'s USDC`] = tokens;
      books[`${name}'s pool`] = account.balance;
      books[`${name}'s limit`] = account.dailyLimit;
      books[`${name}'s drawn`] = account.drawn;
      books[`${name}'s drawnAt`] = BigInt(account.drawnAt);
      books[`${name}'s credits`] = credits;
    }),
  );
  const pool = await settlement.read.pool();
  books["contract's USDC"] = await usdc.read.balanceOf([settlement.address]);
  books.totalDeposits = pool.balance;
  books["whole limit"] = pool.dailyLimit;
  books["whole drawn"] = pool.drawn;
  books["whole drawnAt"] = BigInt(pool.drawnAt);
  books.totalCredits = await settlement.read.totalCredits();
  books.surplus = await settlement.read.surplus();
  return books;
}

/** By how much each entry of the books changed; what did not change is left out. */
export function differences(before: Books, after: Books): Books {
  const changes: Books = {};
  for (const [what, value] of Object.entries(after)) {
    const change = value - (before[what] ?? 0n);
    if (change !== 0n) changes[what] = change;
  }
  return changes;
}

/** What an action changes in the books. An empty object: nothing at all. */
export async function movedBy(
  situation: Situation,
  action: () => Promise<unknown>,
  others: Record<string, Address> = {},
): Promise<Books> {
  const before = await booksOf(situation, others);
  await action();
  return differences(before, await booksOf(situation, others));
}

/** What USDC itself says of a transaction: every transfer, in order. */
export async function transfersOf(situation: Situation, transaction: Promise<Hash> | Hash) {
  const { publicClient, usdc } = situation;
  const { logs } = await publicClient.waitForTransactionReceipt({ hash: await transaction });
  return parseEventLogs({ abi: usdcAbi, logs, eventName: "Transfer" })
    .filter((log) => log.address.toLowerCase() === usdc.address.toLowerCase())
    .map(({ args: { from, to, value } }) => ({ from: getAddress(from), to: getAddress(to), value }));
}

/** An account without a key, the same in every run: most payees and consumers only need an address. */
export function somebody(name: string): Address {
  return getAddress(`0x${keccak256(toHex(name)).slice(-40)}`);
}

/** An id far from every other: no two of them share a storage slot. */
export function scatteredId(index: number): Hex {
  return keccak256(numberToHex(index));
}
