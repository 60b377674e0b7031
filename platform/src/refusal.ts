/** Says no in the words of the API: a code that clients branch on, a message for people, a detail for both. */

/** Every code that a client may meet; append-only. Which status each has is HTTP's affair: see `http/errors.ts`. */
export type Code =
  | "INVALID_INPUT"
  | "NO_CREDIT"
  | "INSUFFICIENT_CREDIT"
  | "OUTSIDE_COVERAGE"
  | "QUOTE_EXPIRED"
  | "NOT_AUTHENTICATED"
  | "REVOKED_API_KEY"
  | "NOT_AUTHORIZED"
  | "INSUFFICIENT_SCOPE"
  | "NOT_OPERATOR"
  | "NOT_YOUR_SESSION"
  | "WORKSPACE_MISMATCH"
  | "NOT_FOUND"
  | "SESSION_NOT_FOUND"
  | "WORKSPACE_NOT_FOUND"
  | "QUOTE_NOT_FOUND"
  | "FRAME_NOT_AVAILABLE"
  | "METHOD_NOT_ALLOWED"
  | "TIMEOUT"
  | "CONFLICT"
  | "INVALID_STATE"
  | "HOLD_REQUIRED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "HEADERS_TOO_LARGE"
  | "RATE_LIMITED"
  | "INTERNAL_SERVER_ERROR"
  | "NO_COVERAGE"
  | "UNAVAILABLE"
  | "DATABASE_ERROR"
  | "AUTHZ_ERROR"
  | "VIDEO_ERROR"
  | "CHAIN_UNAVAILABLE";

export interface RefusalOptions {
  /** A short safe label: the field, the limit, the state. */
  readonly detail?: string;
  /** When trying again may help, seconds. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Thrown wherever a request cannot be done; the answer is made of it in one place. */
export class Refused extends Error {
  readonly code: Code;
  readonly detail: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: Code, message: string, options: RefusalOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "Refused";
    this.code = code;
    this.detail = options.detail;
    this.retryAfter = options.retryAfter;
  }
}
