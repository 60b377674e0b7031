/** The account API's own catalogue: code → status and words. Its errors are `{error, code}`, with `details` where rules are broken. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { MOST_KEYS } from "../../accounts/keys.ts";
import { type AccountCode, AccountRefused } from "../../accounts/refusal.ts";
import { Refused } from "../../refusal.ts";

export const ANSWERS: Readonly<Record<AccountCode, readonly [status: number, error: string]>> = {
  INVALID_JSON: [400, "Invalid JSON payload"],
  VALIDATION_ERROR: [400, "Validation failed"],
  INVALID_CREDENTIALS: [401, "Invalid email or password"],
  INVALID_API_KEY: [401, "Invalid or missing API key"],
  ACCOUNT_PENDING: [403, "Account is pending approval"],
  ACCOUNT_REJECTED: [403, "Account was rejected"],
  ACCOUNT_SUSPENDED: [403, "Account is suspended"],
  ADDRESS_NOT_IN_SCOPE: [403, "Address is not in the account's scope"],
  NOT_FOUND: [404, "Not found"],
  API_KEY_NOT_FOUND: [404, "API key not found or does not belong to user"],
  METHOD_NOT_ALLOWED: [405, "Method not allowed"],
  USER_EXISTS: [409, "A user with this email already exists"],
  TOO_MANY_API_KEYS: [409, `An account has at most ${MOST_KEYS} API keys`],
  PAYLOAD_TOO_LARGE: [413, "Payload is larger than 64 KiB"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Content type must be application/json"],
  RATE_LIMITED: [429, "Too many requests"],
  INTERNAL_SERVER_ERROR: [500, "Internal Server Error"],
  DATABASE_ERROR: [503, "Service is temporarily unavailable"],
};

/** What a client is asked for: RFC 7617; a key has no scheme that is registered. */
const CHALLENGES: Partial<Record<AccountCode, string>> = {
  INVALID_CREDENTIALS: 'Basic realm="luxxon", charset="UTF-8"',
  INVALID_API_KEY: 'ApiKey realm="luxxon"',
};

/** When a client that was told 503 may come again, seconds, where the refusal does not say. */
const COME_AGAIN = 2;

/** Whatever was thrown. What nobody thought of is INTERNAL_SERVER_ERROR, and its cause is for the log alone. */
export function accountRefusalOf(error: unknown): AccountRefused {
  if (error instanceof AccountRefused) return error;
  if (error instanceof Refused) {
    const { code, retryAfter, cause } = error;
    if (code === "RATE_LIMITED" || code === "DATABASE_ERROR")
      return new AccountRefused(code, { ...(retryAfter === undefined ? {} : { retryAfter }), cause: cause ?? error });
  }
  const { code, statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new AccountRefused("UNSUPPORTED_MEDIA_TYPE", { cause: error });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new AccountRefused("PAYLOAD_TOO_LARGE", { cause: error });
  const isTheirs = statusCode >= 400 && statusCode < 500;
  return new AccountRefused(isTheirs ? "INVALID_JSON" : "INTERNAL_SERVER_ERROR", { cause: error });
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refused: AccountRefused): FastifyReply {
  const { code, details, retryAfter } = refused;
  const [status, error] = ANSWERS[code];
  request.refusal = code;
  if (status >= 500)
    request.log[status === 500 ? "error" : "warn"]({ reqId: request.id, code, err: refused.cause ?? refused });
  const wait = retryAfter ?? (status === 503 || status === 429 ? COME_AGAIN : undefined);
  if (wait !== undefined) reply.header("retry-after", String(Math.ceil(wait)));
  const challenge = CHALLENGES[code];
  if (challenge !== undefined) reply.header("www-authenticate", challenge);
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send({ error, code, ...(details === undefined ? {} : { details }) });
}
