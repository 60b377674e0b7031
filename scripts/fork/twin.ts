/** The offline twin of a live chain: what a fork is made from where no RPC endpoint is given. */
import type { BaseChain } from "../baseChains.ts";
import { serveLocalChain, type Wallet } from "../local/chain.ts";
import { setL1Fees } from "../local/l1Fee.ts";
import { installUsdc } from "../local/usdc.ts";

const GWEI = 1_000_000_000n;

/**
 * Serves a chain over HTTP that is to a fork what the live one is: its chain id, Circle's code at Circle's address under
 * the name that it has there, and an L1 fee. A fork of it goes the same way as a fork of the live chain.
 */
export async function serveTwin({ chainId, usdc }: BaseChain) {
  const { chain, url, close } = await serveLocalChain("localBase", 0, { chainId });
  const [circle] = await chain.viem.getWalletClients();
  const token = await installUsdc(chain, { circle: circle as Wallet, at: usdc.address, name: usdc.name });
  // Somebody holds USDC, as on the live chain.
  const { address } = (circle as Wallet).account;
  await token.write.mint([address, 1_000_000_000_000n], { account: address });
  await setL1Fees(chain, { baseFeeWei: GWEI, blobBaseFeeWei: 1n });
  return { chain, url, close };
}
