/** Sends from any address without its key. Only simulated chains allow it. */
import type { Address } from "viem";
import { getAddress, parseEther } from "viem";
import type { LocalChain, Wallet } from "./chain.ts";

/** A wallet that sends from `address`, a contract's too, with some ether for gas. */
export async function impersonate(
  { viem, networkHelpers }: Pick<LocalChain, "viem" | "networkHelpers">,
  address: Address,
): Promise<Wallet> {
  // As the helpers want it, and as events name it.
  const checksummed = getAddress(address);
  await networkHelpers.impersonateAccount(checksummed);
  await networkHelpers.setBalance(checksummed, parseEther("1"));
  return viem.getWalletClient(checksummed);
}
