/** Opens the market of the demo: a chain, the money, the contract, and everybody who has a part in it. */
import type { LocalChain } from "@luxxon/local/chain";
import { openSettlement } from "@luxxon/local/settlement";
import { USDC } from "@luxxon/local/usdc";

/** The limits that the owner sets at deployment, µUSDC a day. */
export const DEFAULT_DAILY_LIMIT = USDC / 2n;
export const POOL_DAILY_LIMIT = 20n * USDC;

const OPERATORS = 10;
const CONSUMERS = 100;

/** Everything on the chain, and 10 USDC for every consumer. */
export async function openMarket(chain: LocalChain) {
  const market = await openSettlement({
    chain,
    people: ["thief", "newRelayer"],
    defaultDailyLimit: DEFAULT_DAILY_LIMIT,
    poolDailyLimit: POOL_DAILY_LIMIT,
    deployedBy: "owner",
  });
  const operators = market.others.slice(0, OPERATORS);
  const consumers = market.others.slice(OPERATORS, OPERATORS + CONSUMERS);
  for (const consumer of consumers) await market.give(consumer, 10n * USDC);
  return { ...market, operators, consumers };
}

export type Market = Awaited<ReturnType<typeof openMarket>>;
