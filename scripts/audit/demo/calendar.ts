/** What happens on particular days: everything that an audit should have seen once. */

import type { Wallet } from "@luxxon/local/chain";
import { installUsdc, USDC } from "@luxxon/local/usdc";
import type { Hash } from "viem";
import { metered, settleBatch } from "./sessions.ts";
import type { Town } from "./town.ts";

type Happening = (town: Town) => Promise<void>;

/** By the share of the days that have passed, so that a shorter history has them all too. */
const CALENDAR: readonly [number, Happening][] = [
  [0.05, setLimits],
  [0.15, (town) => denylist(town, town.operators[0])],
  [0.25, leaveBeforePaying],
  [0.3, pauseAndReplaceRelayer],
  [0.35, promiseToStay],
  [0.4, (town) => payStuckCredits(town, town.operators[0])],
  [0.45, replaceGuardian],
  [0.5, loseMoneyToTheContract],
  [0.55, tightenPool],
  [0.6, rescue],
  [0.65, (town) => denylist(town, town.roles.platform)],
  [0.7, (town) => payStuckCredits(town, town.roles.platform)],
  [0.75, replacePlatformWallet],
  [0.8, replaceOwner],
  [0.9, (town) => denylist(town, town.operators[2])],
];

/** What is due on a day, counted from 0. */
export function dueOn(day: number, days: number): Happening[] {
  return CALENDAR.filter(([share]) => Math.floor(share * days) === day).map(([, happening]) => happening);
}

async function setLimits({ act, settlement, as, roles, consumers }: Town): Promise<void> {
  await act(() => settlement.write.setDefaultDailyLimit([30n * USDC], as(roles.owner)));
  await act(() => settlement.write.setPoolDailyLimit([1_500n * USDC], as(roles.owner)));
  // Some are careful, and one trusts the platform with more.
  for (const consumer of consumers.slice(0, 5)) {
    await act(() => settlement.write.setDailyLimit([2n * USDC], as(consumer)));
  }
  await act(() => settlement.write.setDailyLimit([200n * USDC], as(consumers[6] as Wallet)));
}

async function denylist(town: Town, wallet: Wallet | undefined): Promise<void> {
  if (wallet === undefined) throw new Error("nobody is to be denylisted");
  const { act, usdc, as, circle, consumers, operators } = town;
  await act(() => usdc.write.blacklist([wallet.account.address], as(circle)));
  const payee = operators.includes(wallet) ? wallet : (operators[1] as Wallet);
  await settleBatch(
    town,
    consumers.slice(0, 6).map((consumer) => metered(town, consumer, payee)),
  );
}

/** Some withdraw all they have before their sessions are settled; and the relayer, in doubt, sends the batch twice. */
async function leaveBeforePaying(town: Town): Promise<void> {
  const { act, settlement, as, consumers, operators } = town;
  const leavers = consumers.slice(14, 17);
  for (const consumer of leavers) {
    if ((await settlement.read.deposits([consumer.account.address])) === 0n) continue;
    await act(() => settlement.write.withdrawAll(as(consumer)));
  }
  const sessions = consumers.slice(10, 20).map((consumer) => metered(town, consumer, operators[4] as Wallet));
  await settleBatch(town, sessions, 1);
}

/** Somebody promises to stay for an hour, is charged and raises its limit meanwhile, and then takes out a tenth. */
async function promiseToStay(town: Town): Promise<void> {
  const { act, settlement, as, consumers, operators, now } = town;
  const loyal = consumers[6] as Wallet;
  await act(() => settlement.write.hold([BigInt(now() + 3_600)], as(loyal)));
  await settleBatch(town, [metered(town, loyal, operators[3] as Wallet)]);
  await act(() => settlement.write.setDailyLimit([250n * USDC], as(loyal)));
  const tenth = (await settlement.read.deposits([loyal.account.address])) / 10n;
  if (tenth > 0n) await act(() => settlement.write.withdraw([tenth], as(loyal)), 3_600);
}

async function payStuckCredits({ act, usdc, settlement, as, circle, stranger }: Town, wallet: Wallet | undefined) {
  if (wallet === undefined) throw new Error("nobody is to be paid");
  const { address } = wallet.account;
  await act(() => usdc.write.unBlacklist([address], as(circle)));
  await act(() => settlement.write.claim([address], as(stranger)));
  // Once more, to be sure: nothing is owed, and nothing happens.
  await act(() => settlement.write.claim([address], as(stranger)));
}

async function pauseAndReplaceRelayer({ act, settlement, as, roles, later, consumers }: Town): Promise<void> {
  await act(() => settlement.write.pause(as(roles.guardian)));
  for (const consumer of consumers.slice(8, 11)) {
    if ((await settlement.read.deposits([consumer.account.address])) === 0n) continue;
    await act(() => settlement.write.withdrawAll(as(consumer)));
  }
  await act(() => settlement.write.setRelayer([later.relayer.account.address], as(roles.owner)));
  roles.relayer = later.relayer;
  await act(() => settlement.write.unpause(as(roles.owner)), 3_600);
}

async function replaceGuardian({ act, settlement, as, roles, later }: Town): Promise<void> {
  await act(() => settlement.write.setGuardian([later.guardian.account.address], as(roles.owner)));
  roles.guardian = later.guardian;
}

/** Somebody sends USDC to the contract instead of depositing it. */
async function loseMoneyToTheContract({ act, usdc, settlement, as, consumers }: Town): Promise<void> {
  const careless = consumers[3] as Wallet;
  await act(() => usdc.write.transfer([settlement.address, 12_500_000n], as(careless)));
}

async function rescue({ chain, act, settlement, usdc, as, roles, circle, consumers, now }: Town): Promise<void> {
  const to = (consumers[3] as Wallet).account.address;
  await act(() => settlement.write.rescue([usdc.address, to, 10_000_000n], as(roles.owner)));
  // Another token of Circle's, sent there by mistake.
  await chain.networkHelpers.time.setNextBlockTimestamp(now());
  const other = await installUsdc(chain, { circle, name: "Another Coin" });
  const send: (() => Promise<Hash>)[] = [
    () => other.write.mint([settlement.address, 7n * USDC], as(circle)),
    () => settlement.write.rescue([other.address, to, 7n * USDC], as(roles.owner)),
  ];
  for (const one of send) await act(one, 60);
}

/** For an hour the whole pool may be drawn upon by a few cents only. */
async function tightenPool(town: Town): Promise<void> {
  const { act, settlement, as, roles, consumers, operators } = town;
  const before = (await settlement.read.pool()).dailyLimit;
  await act(() => settlement.write.setPoolDailyLimit([USDC / 10n], as(roles.owner)));
  const rich = consumers.slice(12, 20);
  await settleBatch(
    town,
    rich.map((consumer) => metered(town, consumer, operators[1] as Wallet)),
  );
  await act(() => settlement.write.setPoolDailyLimit([before], as(roles.owner)), 3_600);
}

async function replacePlatformWallet({ act, settlement, as, roles, later }: Town): Promise<void> {
  await act(() => settlement.write.setPlatformWallet([later.platform.account.address], as(roles.owner)));
  roles.platform = later.platform;
}

async function replaceOwner({ act, settlement, as, roles, later }: Town): Promise<void> {
  await act(() => settlement.write.transferOwnership([later.owner.account.address], as(roles.owner)));
  await act(() => settlement.write.acceptOwnership(as(later.owner)));
  roles.owner = later.owner;
}
