/** Where the busy days are played: a served chain, the money, the contract, and everybody who has a part in it. */

import { uuidRuns } from "@luxxon/contracts-abi";
import { serveLocalChain, type Wallet, walletsOf } from "@luxxon/local/chain";
import { type Random, randomFrom } from "@luxxon/local/random";
import { installUsdc, USDC_ON_BASE_SEPOLIA } from "@luxxon/local/usdc";
import { getAddress, type Hash, maxUint256 } from "viem";

export const USDC = 1_000_000n;
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
    accounts: { count: OTHERS + CONSUMERS + OPERATORS },
  });
  const { chain } = served;
  const random: Random = randomFrom(seed);
  const publicClient = await chain.viem.getPublicClient();
  const wallets = await walletsOf(chain);
  const take = () => {
    const wallet = wallets.shift();
    if (wallet === undefined) throw new Error("the chain has too few accounts");
    return wallet;
  };
  const [circle, owner, relayer, guardian, platform, stranger, employer] = [
    take(),
    take(),
    take(),
    take(),
    take(),
    take(),
    take(),
  ];
  const later = { owner: take(), relayer: take(), guardian: take(), platform: take() };
  const consumers = Array.from({ length: CONSUMERS }, take);
  const operators = Array.from({ length: OPERATORS }, take);

  /** Who holds which role now; the calendar changes it. */
  const roles = { owner, relayer, guardian, platform };

  let now = start - DAY;
  /** Lets time pass, and fixes the second of the next block: the same seed makes the same chain. */
  async function tick(seconds = 0): Promise<void> {
    now += seconds;
    await chain.networkHelpers.time.setNextBlockTimestamp(now);
  }

  await tick(1);
  const usdc = await installUsdc(chain, { circle, at: USDC_ON_BASE_SEPOLIA });
  now = Math.max(now, Number((await publicClient.getBlock()).timestamp));
  await tick();
  const settlement = await chain.viem.deployContract(
    "LuxxonSettlement",
    [
      usdc.address,
      owner.account.address,
      relayer.account.address,
      guardian.account.address,
      platform.account.address,
      0n,
      0n,
    ],
    { client: { wallet: owner } },
  );
  const fromBlock = await publicClient.getBlockNumber();
  for (const { account } of [...consumers, employer]) {
    await tick();
    await usdc.write.mint([account.address, WALLET], { account: circle.account });
    await tick();
    await usdc.write.approve([settlement.address, maxUint256], { account });
  }

  return {
    chain,
    url: served.url,
    close: served.close,
    random,
    uuids: uuidRuns(random.bytes),
    usdc,
    settlement,
    address: getAddress(settlement.address),
    fromBlock,
    circle,
    stranger,
    employer,
    roles,
    later,
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
