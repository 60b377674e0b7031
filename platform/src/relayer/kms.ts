/**
 * Signs by a key that nobody has: in AWS KMS, or in what speaks its protocol. Where it is and as whom it is asked, AWS's
 * client reads from its own variables (AWS_REGION, AWS_ENDPOINT_URL_KMS, AWS_PROFILE …) or from the machine's role.
 */
import { createPublicKey } from "node:crypto";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { UsageError } from "@luxxon/chain/usageError";
import { Signature as Der } from "ox";
import { type Address, type Hash, type Hex, hashMessage, recoverAddress, type Signature } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { type Signer, signBy } from "./signature.ts";

/** The order of secp256k1. Of s and N − s Ethereum takes the lower alone; KMS answers with either. */
const N = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;
/** How long one answer is waited for, ms: the lease of who signs has to outlive it and its repetition. */
const TIMEOUT_MS = 2_000;
const ATTEMPTS = 2;

/** @throws {UsageError} if the key cannot be used as it is set: it is asked for a signature once. */
export async function signerOfKms(keyId: string): Promise<Signer> {
  const client = new KMSClient({
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  try {
    const { PublicKey, KeyUsage } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
    if (KeyUsage !== "SIGN_VERIFY") throw new Error(`its use is ${KeyUsage}, not SIGN_VERIFY`);
    const address = addressOf(PublicKey ?? new Uint8Array());
    const signHash = hashSigner(client, keyId, address);
    await signHash(hashMessage("Luxxon: is this key the relayer's?"));
    return { address, sign: signBy(signHash) };
  } catch (error) {
    throw new UsageError(`RELAYER_KMS_KEY cannot sign: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function hashSigner(client: KMSClient, keyId: string, address: Address) {
  return async (hash: Hash): Promise<Signature> => {
    const { Signature: der } = await client.send(
      new SignCommand({
        KeyId: keyId,
        Message: Buffer.from(hash.slice(2), "hex"),
        MessageType: "DIGEST",
        SigningAlgorithm: "ECDSA_SHA_256",
      }),
    );
    const { r, s } = Der.fromDerBytes(der ?? new Uint8Array());
    const low = { r: hexOf(r), s: hexOf(s > N / 2n ? N - s : s) };
    // Which of two it is KMS does not say: the one that leads back to the address.
    for (const yParity of [0, 1]) {
      if ((await recoverAddress({ hash, signature: { ...low, yParity } })) === address) return { ...low, yParity };
    }
    throw new Error("the signature is not by the key that it was asked of");
  };
}

/** @param spki The key as X.509 writes it (SubjectPublicKeyInfo, DER). */
function addressOf(spki: Uint8Array): Address {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  if (key.asymmetricKeyDetails?.namedCurve !== "secp256k1")
    throw new Error("the key is not on the curve secp256k1 (ECC_SECG_P256K1)");
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = [x, y].map((part) => Buffer.from(part, "base64url").toString("hex").padStart(64, "0"));
  return publicKeyToAddress(`0x04${point.join("")}`);
}

function hexOf(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
