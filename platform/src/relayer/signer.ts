/** Opens the key that signs what the relayer sends: one of its own, or one in a KMS. */
import { UsageError } from "@luxxon/chain/usageError";
import type { Hex } from "viem";
import { privateKeyToAddress, sign } from "viem/accounts";
import { type Signer, signBy } from "./signature.ts";

export function signerOfKey(privateKey: Hex): Signer {
  return { address: privateKeyToAddress(privateKey), sign: signBy((hash) => sign({ hash, privateKey })) };
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
