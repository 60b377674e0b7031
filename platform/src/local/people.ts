/** Names the accounts of the local chain. Their keys are every development chain's, and everybody knows them. */
import { type Address, type Hex, toHex } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** 1,000 USDC each, in whole USDC. */
export const TEST_WALLET_USDC = 1_000n;

export interface TestWallet {
  address: Address;
  privateKey: Hex;
}

const MNEMONIC = "test test test test test test test test test test test junk";

/** The places of those who have a part in it: as `openSettlement` of `@luxxon/local` gives them out. */
const PLACES = { circle: 0, relayer: 2, ada: 5, ben: 6 } as const;

export function walletOf(name: keyof typeof PLACES): TestWallet {
  const account = mnemonicToAccount(MNEMONIC, { addressIndex: PLACES[name] });
  const { privateKey } = account.getHdKey();
  if (privateKey === null) throw new Error("an account of a mnemonic has a key");
  return { address: account.address, privateKey: toHex(privateKey) };
}
