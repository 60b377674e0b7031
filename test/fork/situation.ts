/** Opens what a fork test starts from: the project's deployment on forks of both chains, beside Circle's own USDC. */

import { BASE_CHAINS, type BaseChain } from "@luxxon/chain/baseChains";
import { forkSourceOf } from "@luxxon/chain/config";
import { type LocalChain, peopleOf } from "@luxxon/local/chain";
import { mintUsdc } from "@luxxon/local/fork/money";
import { type Original, openFork, openOriginal } from "@luxxon/local/fork/open";
import { impersonate } from "@luxxon/local/impersonate";
import { usdcAt } from "@luxxon/local/usdc";
import { maxUint256 } from "viem";
import { luxxonSettlementModule } from "../../scripts/deploy/module.ts";
import { PEOPLE } from "../support/books.ts";
import { USDC } from "../support/session.ts";
import { situationOf, withPools } from "../support/situation.ts";

/** What the owner sets at deployment, µUSDC a day. */
export const DEFAULT_DAILY_LIMIT = 5n * USDC;
export const POOL_DAILY_LIMIT = 8n * USDC;

/** A live endpoint answers in its own time, and the first visit reads much. */
const PATIENCE_MS = 300_000;

/** Alice and Bob hold 1,000 USDC each and have approved the contract, as deployed by the project's module. */
async function deployed(fork: LocalChain, base: BaseChain) {
  const { people } = await peopleOf(fork, PEOPLE);
  const { owner, relayer, guardian, platform, alice, bob, stranger } = people;
  const usdc = await usdcAt(fork, base.usdc.address);
  const { settlement } = await fork.ignition.deploy(luxxonSettlementModule, {
    // Whoever deploys keeps no right.
    defaultSender: stranger.account.address,
    parameters: {
      LuxxonSettlement: {
        usdc: usdc.address,
        owner: owner.account.address,
        relayer: relayer.account.address,
        guardian: guardian.account.address,
        platformWallet: platform.account.address,
        defaultDailyLimit: DEFAULT_DAILY_LIMIT,
        poolDailyLimit: POOL_DAILY_LIMIT,
      },
    },
  });
  // Nobody has Circle's keys; who holds them is read from the chain.
  const circle = await impersonate(fork, await usdc.read.blacklister());
  const pauser = await impersonate(fork, await usdc.read.pauser());
  for (const { account } of [alice, bob]) {
    await mintUsdc(fork, usdc, account.address, 1_000n * USDC);
    await usdc.write.approve([settlement.address, maxUint256], { account });
  }
  const contract = await fork.viem.getContractAt("LuxxonSettlement", settlement.address);
  const situation = await situationOf({ ...people, chain: fork, usdc, settlement: contract, circle });
  return { ...situation, base, pauser };
}

export type ForkSituation = Awaited<ReturnType<typeof deployed>>;

export interface OnFork {
  base: BaseChain;
  /** Alice and Bob hold 1,000 USDC each and have approved the contract. Nobody has a pool yet. */
  fresh(): Promise<ForkSituation>;
  /** Alice and Bob have 100 USDC each in their pools. */
  funded(): Promise<ForkSituation>;
}

const originals: Original[] = [];

/** Describes a situation on a fork of each chain. */
export function onEachFork(title: string, tests: (on: OnFork) => void): void {
  for (const { base, situations } of forks) {
    const of = forkSourceOf(base) === undefined ? `${base.title}'s offline twin` : `live ${base.title}`;
    describe(`${title}, on a fork of ${of}`, function () {
      this.timeout(PATIENCE_MS);
      tests({
        base,
        fresh: async () => {
          const { fork, fresh } = await situations();
          return fork.networkHelpers.loadFixture(fresh);
        },
        funded: async () => {
          const { fork, funded } = await situations();
          return fork.networkHelpers.loadFixture(funded);
        },
      });
    });
  }
}

/** One fork of each chain serves the whole run; every test starts from a snapshot of it. */
const forks = Object.values(BASE_CHAINS).map((base) => {
  let situations: ReturnType<typeof open> | undefined;

  async function open() {
    const original = await openOriginal(base);
    originals.push(original);
    const fork = await openFork(base, original.url, original.block);
    const fresh = async () => deployed(fork, base);
    // Through loadFixture, so that both situations stand on one snapshot and a test may ask for either.
    const funded = async () => withPools(await fork.networkHelpers.loadFixture(fresh));
    return { fork, fresh, funded };
  }

  return {
    base,
    situations() {
      situations ??= open();
      return situations;
    },
  };
});

after(() => {
  for (const original of originals) original.close();
});
