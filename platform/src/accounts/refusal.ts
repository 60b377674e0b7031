/** Says no in the words of the account API, which has codes of its own. Which status each has: see `http/accounts/answers.ts`. */

/** Every code that a client may meet; append-only. */
export type AccountCode =
  | "INVALID_JSON"
  | "VALIDATION_ERROR"
  | "INVALID_CREDENTIALS"
  | "INVALID_API_KEY"
  | "ACCOUNT_PENDING"
  | "ACCOUNT_REJECTED"
  | "ACCOUNT_SUSPENDED"
  | "ADDRESS_NOT_IN_SCOPE"
  | "NOT_FOUND"
  | "API_KEY_NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "USER_EXISTS"
  | "TOO_MANY_API_KEYS"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "RATE_LIMITED"
  | "INTERNAL_SERVER_ERROR"
  | "DATABASE_ERROR";

/** A field, and what is wrong with it. */
export interface Failing {
  field: string;
  message: string;
}

export interface AccountRefusalOptions {
  /** Every rule that a body breaks, in the order of its fields. */
  readonly details?: readonly Failing[];
  /** When trying again may help, seconds. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

export class AccountRefused extends Error {
  readonly code: AccountCode;
  readonly details: readonly Failing[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: AccountCode, { details, retryAfter, cause }: AccountRefusalOptions = {}) {
    super(code, { cause });
    this.name = "AccountRefused";
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}
