/** The one catalogue of errors: what status a code has, and whether trying again may help. Append-only. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Code, Refused } from "../refusal.ts";

interface Kind {
  readonly status: number;
  /** Whether the same request, sent again later, may succeed. */
  readonly isRetryable: boolean;
}

const no = (status: number): Kind => ({ status, isRetryable: false });
const later = (status: number): Kind => ({ status, isRetryable: true });

export const ERRORS: Readonly<Record<Code, Kind>> = {
  INVALID_INPUT: no(400),
  NO_CREDIT: no(400),
  INSUFFICIENT_CREDIT: no(400),
  OUTSIDE_COVERAGE: no(400),
  QUOTE_EXPIRED: no(400),
  NOT_AUTHENTICATED: no(401),
  REVOKED_API_KEY: no(401),
  NOT_AUTHORIZED: no(403),
  INSUFFICIENT_SCOPE: no(403),
  NOT_OPERATOR: no(403),
  NOT_YOUR_SESSION: no(403),
  WORKSPACE_MISMATCH: no(403),
  NOT_FOUND: no(404),
  SESSION_NOT_FOUND: no(404),
  WORKSPACE_NOT_FOUND: no(404),
  QUOTE_NOT_FOUND: no(404),
  FRAME_NOT_AVAILABLE: later(404),
  METHOD_NOT_ALLOWED: no(405),
  TIMEOUT: later(408),
  CONFLICT: no(409),
  INVALID_STATE: no(409),
  HOLD_REQUIRED: no(409),
  PAYLOAD_TOO_LARGE: no(413),
  UNSUPPORTED_MEDIA_TYPE: no(415),
  HEADERS_TOO_LARGE: no(431),
  RATE_LIMITED: later(429),
  INTERNAL_SERVER_ERROR: later(500),
  NO_COVERAGE: later(503),
  UNAVAILABLE: later(503),
  DATABASE_ERROR: later(503),
  AUTHZ_ERROR: later(503),
  VIDEO_ERROR: later(503),
  CHAIN_UNAVAILABLE: later(503),
};

/** When a client that was told 503 may come again, seconds, where the refusal does not say. */
const COME_AGAIN = 2;

export interface ErrorBody {
  statusCode: number;
  code: Code;
  message: string;
  detail?: string;
  retryable: boolean;
  docUrl: string;
  requestId: string;
  timestamp: string;
}

export function errorBody(refused: Refused, requestId: string, publicUrl: string): ErrorBody {
  const { code, message, detail, retryAfter } = refused;
  const { status, isRetryable } = ERRORS[code];
  return {
    statusCode: status,
    code,
    message,
    ...(detail === undefined ? {} : { detail }),
    retryable: isRetryable || retryAfter !== undefined,
    docUrl: `${publicUrl}/docs#${code}`,
    requestId,
    timestamp: new Date().toISOString(),
  };
}

export function sendError(request: FastifyRequest, reply: FastifyReply, refused: Refused, publicUrl: string) {
  const { status } = ERRORS[refused.code];
  const wait = refused.retryAfter ?? (status === 503 || status === 429 ? COME_AGAIN : undefined);
  if (wait !== undefined) reply.header("retry-after", String(Math.ceil(wait)));
  // Here too: what fastify refuses before a route passes no hook.
  reply.header("x-request-id", request.id);
  reply.header("x-content-type-options", "nosniff");
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="luxxon"');
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send(errorBody(refused, request.id, publicUrl));
}

/** What fastify itself refuses, in our words. */
const FASTIFY: Readonly<Record<string, [Code, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UNSUPPORTED_MEDIA_TYPE", "The body is read as JSON: send application/json."],
  FST_ERR_CTP_BODY_TOO_LARGE: ["PAYLOAD_TOO_LARGE", "The body is larger than 64 KiB."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["INVALID_INPUT", "The body is not as long as Content-Length says."],
  FST_ERR_BAD_URL: ["INVALID_INPUT", "The URL cannot be read."],
  FST_ERR_MAX_PARAM_LENGTH: ["NOT_FOUND", "There is nothing at this path."],
};

/** Whatever was thrown, as a refusal. What nobody thought of is INTERNAL_SERVER_ERROR, and its cause is for the log alone. */
export function refusedBy(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known !== undefined) return new Refused(known[0], known[1], { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Refused("INVALID_INPUT", "The request cannot be read.", { cause: error });
  return new Refused("INTERNAL_SERVER_ERROR", "Something went wrong here. Report the request id.", { cause: error });
}
