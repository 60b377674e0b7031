/** Keeps what was answered from those who only see the database: an answer may hold a key that is shown once. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const [IV, TAG] = [12, 16];

/** @param secrets Those of the cookies; the first seals, all open. */
export function seal(text: string, secrets: readonly string[]): string {
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secrets[0] ?? ""), iv);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64");
}

/** @returns undefined if it was sealed with a secret that is no longer there. */
export function unseal(text: string, secrets: readonly string[]): string | undefined {
  const bytes = Buffer.from(text, "base64");
  for (const secret of secrets) {
    const opener = createDecipheriv("aes-256-gcm", keyOf(secret), bytes.subarray(0, IV));
    opener.setAuthTag(bytes.subarray(-TAG));
    try {
      return Buffer.concat([opener.update(bytes.subarray(IV, -TAG)), opener.final()]).toString("utf8");
    } catch {
      // Another secret's.
    }
  }
  return undefined;
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", "luxxon idempotency", 32));
}
