/** Tells the platform's wallets from other accounts. */
import type { Address } from "viem";
import { sameHex } from "../text.ts";
import type { Audit } from "../types.ts";

/** What an account was to the platform; undefined: nothing. */
export function platformRoles({ settlements, end }: Audit): (account: Address) => string | undefined {
  const paidFees = new Set(settlements.map(({ feeTo }) => feeTo.toLowerCase()));
  return (account) =>
    sameHex(account, end.platformWallet)
      ? "platform wallet"
      : paidFees.has(account.toLowerCase())
        ? "earlier platform wallet"
        : undefined;
}
