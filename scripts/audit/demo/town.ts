/** Opens the place where the busy days are played: a served chain, the money, the contract, and everybody around it. */

import { uuidRuns } from "@luxxon/contracts-abi";
import { peopleOf, serveLocalChain, type Wallet } from "@luxxon/local/chain";
import { randomFrom } from "@luxxon/local/random";
import { openSettlement } from "@luxxon/local/settlement";
import { installUsdc, USDC, USDC_ON_BASE_SEPOLIA } from "@luxxon/local/usdc";
import type { Hash } from "viem";

export const DAY = 86_400;

/** No live chain's, so that nobody takes these addresses to an explorer. */
export const CHAIN_ID = 31_337;

const CONSUMERS = 44;
const OPERATORS = 18;
const OTHERS = 11;
const WALLET = 2_000n * USDC;

export type Town = Awaited<ReturnType<typeof openTown>>;

/** Deploys USDC and the contract on a chain that is served over HTTP, and gives every consumer money of its own. */
export async function openTown({ seed, start }: { seed: number; start: number }) {
  const initialDate = new Date((start - DAY) * 1_000);
  const served = await serveLocalChain("localBase", 0, {
    chainId: CHAIN_ID,
    initialDate,
    accounts: OTHERS + CONSUMERS + OPERATORS,
  });
  const { chain } = served;
  const random = randomFrom(seed);
  let now = start - DAY;
  /** Lets time pass, and fixes the second of the next block: the same seed makes the same chain. */
  async function tick(seconds = 0): Promise<void> {
    now += seconds;
    await chain.networkHelpers.time.setNextBlockTimestamp(now);
  }

  await tick(1);
  const { circle } = (await peopleOf(chain, ["circle"])).people;
  const usdc = await installUsdc(chain, { circle, at: USDC_ON_BASE_SEPOLIA });
  const publicClient = await chain.viem.getPublicClient();
  now = Math.max(now, Number((await publicClient.getBlock()).timestamp));
  await tick();
  const { owner, relayer, guardian, platform, newOwner, newRelayer, newGuardian, newPlatform, ...opened } =
    await openSettlement({
      chain,
      usdc,
      people: ["stranger", "employer", "newOwner", "newRelayer", "newGuardian", "newPlatform"],
      deployedBy: "owner",
    });
  const fromBlock = await publicClient.getBlockNumber();
  const consumers = opened.others.slice(0, CONSUMERS);
  const operators = opened.others.slice(CONSUMERS);
  for (const person of [...consumers, opened.employer]) {
    await tick();
    await opened.give(person, WALLET);
    await tick();
    await opened.approve(person);
  }

  return {
    ...opened,
    url: served.url,
    close: served.close,
    random,
    uuids: uuidRuns(random.bytes),
    address: opened.settlement.address,
    fromBlock,
    /** Who holds which role now; the calendar changes it. */
    roles: { owner, relayer, guardian, platform },
    later: { owner: newOwner, relayer: newRelayer, guardian: newGuardian, platform: newPlatform },
    consumers,
    operators,
    /** Whose turn it is, of what happens again and again. */
    turns: { flaws: 0 },
    /** Seconds since 1970, of the last block. */
    now: () => now,
    /** Goes on to a moment, unless it has passed. */
    async until(timestamp: number): Promise<void> {
      now = Math.max(now, timestamp);
    },
    /** Sends a transaction some seconds later. */
    async act(send: () => Promise<Hash>, seconds = 1 + random.whole(20)): Promise<Hash> {
      await tick(seconds);
      return send();
    },
    as: (wallet: Wallet) => ({ account: wallet.account }),
  };
}
