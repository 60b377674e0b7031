/** Tells the platform's wallets from other accounts. */
import type { Address } from "viem";
import { sameHex } from "../text.ts";
import { type Audit, narrowed } from "../types.ts";

/** What an account was to the platform; undefined: nothing. */
export function platformRoles({ settlements, end }: Audit): (account: Address) => string | undefined {
  const wasPaidFees = (account: Address) =>
    Iterator.from(narrowed(settlements, "feeTo", account)).some(({ feeTo }) => sameHex(feeTo, account));
  return (account) =>
    sameHex(account, end.platformWallet)
      ? "platform wallet"
      : wasPaidFees(account)
        ? "earlier platform wallet"
        : undefined;
}
