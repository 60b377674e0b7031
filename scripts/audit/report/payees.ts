/** What payees are called: the wallets that fees went to have names, all others their address. */
import type { Address } from "viem";
import { sameHex, short } from "../text.ts";
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

/** Short names, for charts. */
export function payeeNames(audit: Audit): (account: Address) => string {
  const roleOf = platformRoles(audit);
  return (account) => roleOf(account) ?? short(account);
}
