/** Plays a busy month on a local chain, for `npm run audit -- --demo` to audit. */

import type { Wallet } from "@luxxon/local/chain";
import { USDC } from "@luxxon/local/usdc";
import type { Address } from "viem";
import { dueOn } from "./calendar.ts";
import { deposit } from "./deposits.ts";
import { FEE_BPS, playSessions } from "./sessions.ts";
import { DAY, openTown, type Town } from "./town.ts";

/** The first of September 2026: the same days on every run. */
const START = Date.UTC(2026, 8, 1) / 1_000;

export interface BusyOptions {
  days?: number;
  /** On an ordinary day; weekends have more, and it grows. */
  sessionsPerDay?: number;
  /** The same seed makes the same chain. */
  seed?: number;
  /** Is told after each day. */
  onDay?(done: number, days: number): void;
}

export interface BusyChain {
  /** JSON-RPC over HTTP, on 127.0.0.1. */
  url: string;
  chainId: number;
  /** Of LuxxonSettlement, and the block of its deployment. */
  address: Address;
  fromBlock: bigint;
  /** What the platform charges, in 1/10,000. */
  feeBps: number;
  /** The chain, the contract and everybody on it, for a test that goes on from here. */
  town: Town;
  close(): void;
}

/**
 * Plays a month of everything that can happen to the contract, with Circle's real USDC: deposits of all four ways,
 * withdrawals, sessions alone and in batches, entries skipped for every reason, payouts that USDC refuses and that are
 * claimed later, limits, a pause, new roles, and money that was lost and rescued.
 */
export async function busyChain({
  days = 30,
  sessionsPerDay = 60,
  seed = 1,
  onDay,
}: BusyOptions = {}): Promise<BusyChain> {
  const town = await openTown({ seed, start: START });
  for (let day = 0; day < days; day++) {
    await playDay(town, day, { days, sessionsPerDay });
    onDay?.(day + 1, days);
  }
  const { url, address, fromBlock, chain, close } = town;
  const chainId = await (await chain.viem.getPublicClient()).getChainId();
  return { url, chainId, address, fromBlock, feeBps: FEE_BPS, town, close };
}

async function playDay(town: Town, day: number, { days, sessionsPerDay }: { days: number; sessionsPerDay: number }) {
  const { random, consumers, settlement, act, as } = town;
  // At seven in the morning, unless the night was long.
  await town.until(START + day * DAY + 7 * 3_600);

  // Consumers join over the first three quarters of the days; a few are there from the start.
  const joinedOn = (which: number) =>
    Math.min(consumers.length, 20 + Math.floor(((which / days) * consumers.length) / 0.75));
  const members = consumers.slice(0, joinedOn(day));
  const pools = await Promise.all(members.map(({ account }) => settlement.read.deposits([account.address])));
  const known = day === 0 ? 0 : joinedOn(day - 1);
  for (const [i, member] of members.entries()) {
    const pool = pools[i] ?? 0n;
    const isNew = i >= known;
    // Not everybody notices that a pool is nearly empty.
    const topsUp = pool < 5n * USDC && random.chance(0.5);
    if (isNew || topsUp) await deposit(town, member, BigInt(10 + 5 * random.whole(7)) * USDC);
  }
  for (const happening of dueOn(day, days)) await happening(town);

  const weekday = new Date((START + day * DAY) * 1_000).getUTCDay();
  const weekend = weekday === 0 || weekday === 6 ? 1.5 : 1;
  const growth = 0.6 + (0.8 * day) / days;
  await playSessions(
    town,
    members,
    Math.max(1, Math.round(sessionsPerDay * weekend * growth * (0.8 + random.whole(40) / 100))),
  );

  if (random.chance(0.6)) {
    const leaver = random.pick(members) as Wallet;
    const pool = await settlement.read.deposits([leaver.account.address]);
    const all = random.chance(0.4);
    if (pool > 1n) {
      await act(() =>
        all ? settlement.write.withdrawAll(as(leaver)) : settlement.write.withdraw([pool / 2n], as(leaver)),
      );
    }
  }
}
