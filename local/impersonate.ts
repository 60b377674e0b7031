/** Sending as somebody whose key nobody here has. Only chains inside this process allow it. */
import type { Address } from "viem";
import { getAddress, parseEther } from "viem";
import type { LocalChain, Wallet } from "./chain.ts";

/** A wallet that sends from `address`, a contract's too, with some ether for gas. */
export async function impersonate(
  { viem, networkHelpers }: Pick<LocalChain, "viem" | "networkHelpers">,
  address: Address,
): Promise<Wallet> {
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, parseEther("1"));
  return viem.getWalletClient(getAddress(address));
}
