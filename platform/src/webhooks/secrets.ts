/**
 * What signs a webhook's events: a secret that the receiver has too (`v1`, HMAC), and a key of which the receiver needs the
 * public half alone (`v1a`, ed25519). Several of each are good while one replaces another. The database holds them sealed.
 */
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { Clock, Entropy } from "../clock.ts";
import type { Database, Queries } from "../db/database.ts";
import { type Seal, seal, sealerOf, unseal } from "../sealed.ts";

export interface SecretContext {
  clock: Clock;
  entropy: Entropy;
  /** Those of the cookies; the first seals, all open. */
  sessionSecrets: readonly string[];
}

export interface Signer {
  /** `whsec_` and base64 of 32 bytes; the receiver has it. */
  secret: string;
  /** The seed of an ed25519 key, base64 of 32 bytes; nobody else has it. */
  seed: string;
}

/** Those before an ed25519 seed in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
/** Rows in one transaction. */
const AT_ONCE = 200;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const sealOf = (endpointId: string, secrets: readonly string[]): Seal => ({
  purpose: "webhooks",
  owner: endpointId,
  secrets,
});

function privateKeyOf({ seed }: Signer) {
  return createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(seed, "base64")]), format: "der", type: "pkcs8" });
}

/** `whpk_` and base64 of 32 bytes, as Standard Webhooks writes it. */
function publicKeyOf(signer: Signer): string {
  return `whpk_${base64(createPublicKey(privateKeyOf(signer)).export({ format: "der", type: "spki" }).subarray(-32))}`;
}

/** Of what is sent, by both: a receiver checks the one that it knows. */
export function signaturesOf(signer: Signer, id: string, at: Date, body: string): string[] {
  const signed = Buffer.from(`${id}.${Math.floor(at.getTime() / 1_000)}.${body}`);
  const bySeed = sign(null, signed, privateKeyOf(signer)).toString("base64");
  return [new Webhook(signer.secret).sign(id, at, body), `v1a,${bySeed}`];
}

/** @returns What the receiver is told, once. */
export async function addSigner(
  tx: Queries,
  { clock, entropy, sessionSecrets }: SecretContext,
  endpointId: string,
): Promise<string> {
  const signer: Signer = { secret: `whsec_${base64(entropy.bytes(32))}`, seed: base64(entropy.bytes(32)) };
  const keeping = sealOf(endpointId, sessionSecrets);
  await tx.rows`
    insert into webhook_secrets (endpoint_id, sealed, sealed_by, public_key, created_at)
    values (${endpointId}, ${seal(JSON.stringify(signer), keeping)}, ${sealerOf(keeping)}, ${publicKeyOf(signer)}, ${clock.now()})`;
  return signer.secret;
}

/** @returns undefined if it was sealed with a secret that is no longer there. */
export function openSigner(sealed: string, endpointId: string, sessionSecrets: readonly string[]): Signer | undefined {
  const text = unseal(sealed, sealOf(endpointId, sessionSecrets));
  return text === undefined ? undefined : (JSON.parse(text) as Signer);
}

/**
 * Seals with the newest secret what an older one sealed, and what an older version of this program kept as it is: after a
 * start with both secrets the older one may go. What no secret opens is left as it is.
 *
 * @returns How many were sealed anew.
 */
export async function sealAnew(
  db: Database,
  { entropy, sessionSecrets }: Pick<SecretContext, "entropy" | "sessionSecrets">,
): Promise<number> {
  const sealer = sealerOf({ purpose: "webhooks", secrets: sessionSecrets });
  let count = 0;
  for (let last = 0n; ; ) {
    const rows = await db.transaction(async (tx) => {
      const found = await tx.rows<{ id: bigint; endpointId: string; secret: string | null; sealed: string | null }>`
        select id, endpoint_id, secret, sealed from webhook_secrets
        where id > ${last} and sealed_by is distinct from ${sealer} order by id limit ${AT_ONCE} for update`;
      for (const { id, endpointId, secret, sealed } of found) {
        const signer =
          secret === null
            ? openSigner(sealed ?? "", endpointId, sessionSecrets)
            : { secret, seed: base64(entropy.bytes(32)) };
        if (signer === undefined) continue;
        count++;
        const next = seal(JSON.stringify(signer), sealOf(endpointId, sessionSecrets));
        await tx.rows`
          update webhook_secrets set secret = null, sealed = ${next}, sealed_by = ${sealer}, public_key = ${publicKeyOf(signer)}
          where id = ${id}`;
      }
      return found;
    });
    const end = rows.at(-1);
    if (end === undefined) return count;
    last = end.id;
  }
}
