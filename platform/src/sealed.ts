/** Keeps what the database holds from those who only see the database: answers with keys in them, secrets that sign. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

const [IV, TAG] = [12, 16];

/** What is sealed: a key of its own for each purpose, and nothing sealed for one owner opens for another. */
export interface Seal {
  purpose: "idempotency" | "webhooks";
  /** Whose it is: the row's own id. */
  owner: string;
  /** Those of the cookies; the first seals, all open. */
  secrets: readonly string[];
}

export function seal(text: string, { purpose, owner, secrets }: Seal): string {
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secrets[0] ?? "", purpose), iv);
  cipher.setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64");
}

/** @returns undefined if it was sealed with a secret that is no longer there, or for another owner. */
export function unseal(text: string, { purpose, owner, secrets }: Seal): string | undefined {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length < IV + TAG) return undefined;
  for (const secret of secrets) {
    const opener = createDecipheriv("aes-256-gcm", keyOf(secret, purpose), bytes.subarray(0, IV));
    opener.setAAD(Buffer.from(owner));
    opener.setAuthTag(bytes.subarray(-TAG));
    try {
      return Buffer.concat([opener.update(bytes.subarray(IV, -TAG)), opener.final()]).toString("utf8");
    } catch {
      // Another secret's.
    }
  }
  return undefined;
}

/** Names the secret that seals now, and says nothing of it. */
export function sealerOf({ purpose, secrets }: Pick<Seal, "purpose" | "secrets">): string {
  return createHash("sha256")
    .update(keyOf(secrets[0] ?? "", purpose))
    .digest("hex")
    .slice(0, 16);
}

function keyOf(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `luxxon ${purpose}`, 32));
}
