/**
 * Makes API keys: `lxxn_test_`, six hex digits of the workspace's id, `_`, and 43 characters of base62, of which 37 are
 * random (220 bits) and six a CRC-32 of all before them, so that a typo is told from a stranger's key without a query.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM = 37;
const CHECKSUM = 6;
const SHAPE = /^lxxn_(test|live)_[0-9a-f]{6}_[0-9A-Za-z]{43}$/;
/** How much of a key may be shown again. */
export const PREFIX_LENGTH = 20;

export type KeyEnvironment = "TEST" | "LIVE";

export function makeKey(
  environment: KeyEnvironment,
  workspaceId: string,
  bytes: (length: number) => Uint8Array,
): string {
  const head = `lxxn_${environment.toLowerCase()}_${workspaceId.replaceAll("-", "").slice(0, 6)}_`;
  let random = "";
  while (random.length < RANDOM) {
    // What is left above the last whole multiple of 62 would make some digits likelier.
    for (const byte of bytes(64)) if (byte < 248 && random.length < RANDOM) random += DIGITS[byte % 62];
  }
  return head + random + checksum(head + random);
}

/** Whether a text can be a key at all. */
export function isKeyShaped(text: string): boolean {
  return SHAPE.test(text) && checksum(text.slice(0, -CHECKSUM)) === text.slice(-CHECKSUM);
}

export function hashOfKey(plaintext: string): Buffer {
  return createHash("sha256").update(plaintext).digest();
}

function checksum(text: string): string {
  let value = crc32(text);
  let digits = "";
  for (let i = 0; i < CHECKSUM; i++) {
    digits = DIGITS[value % 62] + digits;
    value = Math.floor(value / 62);
  }
  return digits;
}
