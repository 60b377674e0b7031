/** Makes the calls that each role may make, and reads what is compared before and after somebody has abused it. */

import type { Wallet } from "@luxxon/local/chain";
import type { Address, Hash } from "viem";
import { PEOPLE } from "./books.ts";
import { MAX_LIMIT, settleArgs, split } from "./session.ts";
import type { Situation } from "./situation.ts";

export type Call = () => Promise<Hash>;

/** Everything that only the owner may do, tried by `caller` in its own favour. */
export function ownerCalls({ settlement, usdc }: Situation, caller: Wallet) {
  const own = caller.account.address;
  const by = { account: caller.account };
  return {
    setRelayer: () => settlement.write.setRelayer([own], by),
    setGuardian: () => settlement.write.setGuardian([own], by),
    setPlatformWallet: () => settlement.write.setPlatformWallet([own], by),
    setDefaultDailyLimit: () => settlement.write.setDefaultDailyLimit([MAX_LIMIT], by),
    setPoolDailyLimit: () => settlement.write.setPoolDailyLimit([MAX_LIMIT], by),
    unpause: () => settlement.write.unpause(by),
    rescue: () => settlement.write.rescue([usdc.address, own, 1n], by),
    transferOwnership: () => settlement.write.transferOwnership([own], by),
    renounceOwnership: () => settlement.write.renounceOwnership(by),
  } satisfies Record<string, Call>;
}

/** Everything that only the relayer may do, tried by `caller`: Alice's money, paid to `caller`. */
export function relayerCalls({ settlement, session }: Situation, caller: Wallet) {
  const by = { account: caller.account };
  const theft = session({ to: caller.account.address });
  return {
    settleFromPool: () => settlement.write.settleFromPool(settleArgs(theft), by),
    settleBatch: () => settlement.write.settleBatch([[theft]], by),
  } satisfies Record<string, Call>;
}

/** The owner does its worst: every setting it has, and a pause. Nothing of it reverts. */
export async function ownerDoesItsWorst({ settlement, owner, stranger }: Situation): Promise<void> {
  const by = { account: owner.account };
  const accomplice = stranger.account.address;
  await settlement.write.setRelayer([accomplice], by);
  await settlement.write.setGuardian([accomplice], by);
  await settlement.write.setPlatformWallet([accomplice], by);
  await settlement.write.setDefaultDailyLimit([1n], by);
  await settlement.write.setPoolDailyLimit([1n], by);
  await settlement.write.pause(by);
}

/** The operator is owed the 0.051 USDC of one session because USDC refused it; by now USDC would pay again. */
export async function creditToOperator(situation: Situation): Promise<bigint> {
  const { settlement, usdc, circle, operator, session, settle, denylist } = situation;
  await denylist(operator);
  await settle(session());
  await usdc.write.unBlacklist([operator.account.address], { account: circle.account });
  const owed = await settlement.read.credits([operator.account.address]);
  if (owed !== split(60_000n).toAmount) throw new Error("the situation is not what its name says");
  return owed;
}

/** What the contract holds for whom: `deposits` and `credits` of every named person, and the totals. */
export async function books(situation: Situation) {
  const { settlement } = situation;
  async function ofEach(read: (person: readonly [Address]) => Promise<bigint>) {
    const entries = PEOPLE.map(async (name) => [name, await read([situation[name].account.address])] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  return {
    deposits: await ofEach((person) => settlement.read.deposits(person)),
    credits: await ofEach((person) => settlement.read.credits(person)),
    totalDeposits: await settlement.read.totalDeposits(),
    totalCredits: await settlement.read.totalCredits(),
  };
}

/** What a role could change, as it stands. */
export async function settings({ settlement }: Situation) {
  return {
    owner: await settlement.read.owner(),
    pendingOwner: await settlement.read.pendingOwner(),
    relayer: await settlement.read.relayer(),
    guardian: await settlement.read.guardian(),
    platformWallet: await settlement.read.platformWallet(),
    defaultDailyLimit: await settlement.read.defaultDailyLimit(),
    poolDailyLimit: (await settlement.read.pool()).dailyLimit,
    paused: await settlement.read.paused(),
  };
}
