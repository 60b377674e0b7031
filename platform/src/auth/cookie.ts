/**
 * Makes and reads the value of the cookie `lx_session`: the id of a row in `wallet_sessions`, when it ends, and an
 * HMAC-SHA256 over both, as one base64url text. Everything else about the session is in the row, so it can be revoked.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export const COOKIE_NAME = "lx_session";
/** 12 hours. */
export const COOKIE_SECONDS = 43_200;

const ID_BYTES = 16;
const END_BYTES = 6;
const MAC_BYTES = 32;

/** @param secrets The first signs. */
export function cookieValue(id: string, expiresAt: Date, secrets: readonly string[]): string {
  const body = Buffer.alloc(ID_BYTES + END_BYTES);
  body.write(id.replaceAll("-", ""), "hex");
  body.writeUIntBE(expiresAt.getTime(), ID_BYTES, END_BYTES);
  return Buffer.concat([body, mac(body, secrets[0] ?? "")]).toString("base64url");
}

/** @returns The session's id; undefined if the value was not made here, was changed, or has ended. */
export function sessionIdIn(value: string, secrets: readonly string[], now: Date): string | undefined {
  if (!/^[A-Za-z0-9_-]{72}$/.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64url");
  if (bytes.length !== ID_BYTES + END_BYTES + MAC_BYTES) return undefined;
  const body = bytes.subarray(0, ID_BYTES + END_BYTES);
  const given = bytes.subarray(ID_BYTES + END_BYTES);
  // All are tried, so that the time taken does not tell which one it was.
  const matches = secrets.filter((secret) => timingSafeEqual(mac(body, secret), given));
  if (matches.length === 0 || body.readUIntBE(ID_BYTES, END_BYTES) <= now.getTime()) return undefined;
  const hex = body.toString("hex", 0, ID_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function mac(body: Buffer, secret: string): Buffer {
  return createHmac("sha256", secret).update("lx_session\0").update(body).digest();
}
