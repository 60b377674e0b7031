/** Signs what the relayer sends. The key may be anywhere: all that is asked of it is a signature over a transaction. */
import type { Address, Hex, TransactionSerializableEIP1559 } from "viem";
import { privateKeyToAccount } from "viem/accounts";

export interface Signer {
  readonly address: Address;
  sign(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

export function signerOfKey(key: Hex): Signer {
  const account = privateKeyToAccount(key);
  return { address: account.address, sign: (transaction) => account.signTransaction(transaction) };
}
