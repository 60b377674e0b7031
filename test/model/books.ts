/** Everything that a call may move, as the model has it, in the order in which `BooksReader` reads it from the chain. */

import type { Address, BatchEntry, Hex } from "@luxxon/contracts-abi/model";
import * as views from "@luxxon/contracts-abi/model";
import { checkSettlement } from "@luxxon/contracts-abi/model";
import { type Addresses, type Model, PEOPLE } from "./scene.ts";

/** What is compared: beside the contract's own values, those of these accounts, ids and entries. */
export interface Questions {
  accounts: readonly Address[];
  /** Of these, more: views that say the same in another way, and what the contract may pull. */
  closer: readonly Address[];
  ids: readonly Hex[];
  probes: readonly BatchEntry[];
}

/** Everybody who can have a balance. */
export function accountsOf(addresses: Addresses): Address[] {
  return [...PEOPLE, "settlement" as const, "usdc" as const].map((name) => addresses[name]);
}

/** The model's books. A read that reverts (surplus, if the contract were insolvent) cannot happen here. */
export function booksOf({ state, usdc, timestamp }: Model, { accounts, closer, ids, probes }: Questions): bigint[] {
  const { pool } = state;
  return [
    pool.balance,
    pool.dailyLimit,
    pool.drawn,
    pool.drawnAt,
    views.totalDeposits(state),
    state.totalCredits,
    views.surplus(state, usdc.held),
    state.defaultDailyLimit,
    BigInt(state.relayer),
    BigInt(state.guardian),
    BigInt(state.platformWallet),
    BigInt(state.owner),
    BigInt(state.pendingOwner),
    state.paused ? 1n : 0n,
    pool.heldUntil,
    ...accounts.flatMap((account) => {
      const { balance, dailyLimit, drawn, drawnAt, heldUntil } = views.accountOf(state, account);
      return [balance, dailyLimit, drawn, drawnAt, heldUntil, views.credits(state, account), usdc.balanceOf(account)];
    }),
    ...closer.flatMap((account) => [
      views.deposits(state, account),
      views.withdrawable(state, account, timestamp),
      views.available(state, account, timestamp),
      usdc.allowance(account),
    ]),
    ...ids.map((id) => (views.settled(state, id) ? 1n : 0n)),
    ...probes.map((probe) => BigInt(checkSettlement(state, probe, timestamp))),
  ];
}

const OWN = [
  "pool.balance",
  "pool.dailyLimit",
  "pool.drawn",
  "pool.drawnAt",
  "totalDeposits",
  "totalCredits",
  "surplus",
  "defaultDailyLimit",
  "relayer",
  "guardian",
  "platformWallet",
  "owner",
  "pendingOwner",
  "paused",
  "pool.heldUntil",
];
const PER_ACCOUNT = ["balance", "dailyLimit", "drawn", "drawnAt", "heldUntil", "credits", "USDC"];
const CLOSER = ["deposits", "withdrawable", "available", "allowance"];

/** What stands at each place of the books. */
export function namesOf({ accounts, closer, ids, probes }: Questions, addresses: Addresses): string[] {
  const person = (account: Address) => Object.entries(addresses).find(([, address]) => address === account)?.[0];
  return [
    ...OWN,
    ...accounts.flatMap((account) => PER_ACCOUNT.map((what) => `${person(account)}.${what}`)),
    ...closer.flatMap((account) => CLOSER.map((what) => `${what}(${person(account)})`)),
    ...ids.map((id) => `settled(${id})`),
    ...probes.map(() => "checkSettlement"),
  ];
}
