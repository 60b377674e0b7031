/** The market of the demo: a chain, the money, the contract, and everybody who has a part in it. */
import { type LocalChain, type Wallet, walletsOf } from "@luxxon/local/chain";
import { installUsdc, USDC_ON_BASE_SEPOLIA } from "@luxxon/local/usdc";

export const USDC = 1_000_000n;

/** The limits that the owner sets at deployment, µUSDC a day. */
export const DEFAULT_DAILY_LIMIT = USDC / 2n;
export const POOL_DAILY_LIMIT = 20n * USDC;

const OPERATORS = 10;
const CONSUMERS = 100;

/** Puts Circle's USDC and LuxxonSettlement on the chain, and gives every consumer some USDC of its own. */
export async function openMarket(chain: LocalChain) {
  const wallets = await walletsOf(chain);
  const take = () => wallets.shift() as Wallet;
  const roles = {
    circle: take(),
    owner: take(),
    relayer: take(),
    guardian: take(),
    platform: take(),
    thief: take(),
    newRelayer: take(),
  };
  const operators = Array.from({ length: OPERATORS }, take);
  const consumers = Array.from({ length: CONSUMERS }, take);

  const usdc = await installUsdc(chain, { circle: roles.circle, at: USDC_ON_BASE_SEPOLIA });
  const settlement = await chain.viem.deployContract(
    "LuxxonSettlement",
    [
      usdc.address,
      roles.owner.account.address,
      roles.relayer.account.address,
      roles.guardian.account.address,
      roles.platform.account.address,
      DEFAULT_DAILY_LIMIT,
      POOL_DAILY_LIMIT,
    ],
    { client: { wallet: roles.owner } },
  );
  for (const { account } of consumers) {
    await usdc.write.mint([account.address, 10n * USDC], { account: roles.circle.account });
  }
  return { chain, usdc, settlement, ...roles, operators, consumers };
}

export type Market = Awaited<ReturnType<typeof openMarket>>;
export type Settlement = Market["settlement"];
