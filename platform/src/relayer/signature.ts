/** A signature over a transaction, by a key that may be anywhere. */
import { keccak256 } from "@luxxon/chain/rpc/keccak";
import {
  type Address,
  type Hash,
  type Hex,
  type Signature,
  serializeTransaction,
  type TransactionSerializableEIP1559,
} from "viem";

export interface Signer {
  readonly address: Address;
  sign(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

/**
 * Signs transactions by what signs hashes. A full batch has 22 kB, and viem's own hash of it would take longer than all the
 * rest.
 */
export function signBy(signHash: (hash: Hash) => Promise<Signature>): Signer["sign"] {
  return async (transaction) =>
    serializeTransaction(transaction, await signHash(keccak256(serializeTransaction(transaction))));
}
