/** Reads an email and a password out of a request's Authorization header (RFC 7617, in UTF-8). */
import type { IncomingMessage } from "node:http";
import type { Credentials } from "../../accounts/signIn.ts";

/** Undefined if there is none, more than one, or it cannot be read. The first colon ends the email. */
export function credentialsOf({ headersDistinct }: IncomingMessage): Credentials | undefined {
  const [header, ...others] = headersDistinct.authorization ?? [];
  if (header === undefined || others.length > 0) return undefined;
  const [, base64 = ""] = /^Basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header.trim()) ?? [];
  const text = textOf(Buffer.from(base64, "base64"));
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 1) return undefined;
  const email = text.slice(0, colon);
  // No account has such an email, and Postgres takes no NUL.
  return /\p{Cc}/u.test(email) ? undefined : { email, password: text.slice(colon + 1) };
}

/** Undefined if the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
