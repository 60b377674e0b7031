/** Names the accounts of the local chain. Their keys are every development chain's, and everybody knows them. */
import { localAccounts } from "@luxxon/local/accounts";
import type { Address, Hex } from "viem";
import { privateKeyToAddress } from "viem/accounts";

/** 1,000 USDC each, in whole USDC. */
export const TEST_WALLET_USDC = 1_000n;

export interface TestWallet {
  address: Address;
  privateKey: Hex;
}

/** The places of those who have a part in it: as `openSettlement` of `@luxxon/local` gives them out. */
const PLACES = { circle: 0, relayer: 2, ada: 5, ben: 6 } as const;

export function walletOf(name: keyof typeof PLACES): TestWallet {
  const account = localAccounts(PLACES[name] + 1).at(-1);
  if (account === undefined) throw new Error(`there is no account for ${name}`);
  return { address: privateKeyToAddress(account.privateKey), privateKey: account.privateKey };
}
