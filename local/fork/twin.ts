/** Serves the offline twin of a live chain, from which a fork is made where no RPC endpoint is given. */
import type { BaseChain } from "@luxxon/chain/baseChains";
import { serveLocalChain, type Wallet } from "../chain.ts";
import { setL1Fees } from "../l1Fee.ts";
import { installUsdc } from "../usdc.ts";
import { forgetLocalChain } from "./cache.ts";
import { REMEMBERED_DEPTH } from "./forkBlock.ts";

const GWEI = 1_000_000_000n;
const MILLION_USDC = 1_000_000_000_000n;

/**
 * Serves a chain over HTTP that is to a fork what the live one is: its chain id, Circle's code at Circle's address under
 * the name that it has there, somebody who holds USDC, an L1 fee, and blocks enough on top of all that. A fork of it goes
 * the same way as a fork of the live chain.
 */
export async function serveTwin({ chainId, usdc }: BaseChain) {
  const { chain, url, close } = await serveLocalChain("localBase", 0, { chainId });
  forgetLocalChain(url);
  const circle = (await chain.viem.getWalletClients())[0] as Wallet;
  const token = await installUsdc(chain, { circle, at: usdc.address, name: usdc.name });
  await token.write.mint([circle.account.address, MILLION_USDC], { account: circle.account });
  await setL1Fees(chain, { baseFeeWei: GWEI, blobBaseFeeWei: 1n });
  await chain.networkHelpers.mine(REMEMBERED_DEPTH + 1n, { interval: 0 });
  return {
    url,
    chain,
    close() {
      close();
      forgetLocalChain(url);
    },
  };
}
