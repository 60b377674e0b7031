/** Signs what the relayer sends. The key may be anywhere: all that is asked of it is a signature over a transaction. */
import { UsageError } from "@luxxon/chain/usageError";
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

/** @throws {UsageError} if there is no key, or one that cannot be used. */
export async function openSigner({
  relayerKey,
  relayerKmsKey,
}: {
  relayerKey: Hex | undefined;
  relayerKmsKey: string | undefined;
}): Promise<Signer> {
  if (relayerKey !== undefined) return signerOfKey(relayerKey);
  if (relayerKmsKey === undefined) throw new UsageError("RELAYER_KEY is missing.");
  // AWS's client is large: who has a key of their own does without it.
  const { signerOfKms } = await import("./kms.ts");
  return await signerOfKms(relayerKmsKey);
}
