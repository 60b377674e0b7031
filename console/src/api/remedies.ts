/** Says what to do about an error: of the API, of the wallet, or of the page itself. */
import { BaseError, InsufficientFundsError, UserRejectedRequestError } from "viem";
import { ApiError } from "./client.ts";

export interface Told {
  /** What happened, in one sentence. */
  happened: string;
  /** What to do about it. */
  remedy: string;
  /** For whoever reports it. */
  reference?: string;
}

const BY_CODE: Readonly<Record<string, string>> = {
  AWAY: "Nothing is lost: the page goes on by itself as soon as it is back.",
  NOT_AUTHENTICATED: "Sign in again; you come back to this place.",
  NOT_AUTHORIZED: "Ask an owner or admin of the workspace, or sign in with another wallet.",
  INVALID_INPUT: "Correct it and send it again.",
  NOT_YOUR_SESSION: "It belongs to other workspaces: look for yours in the list of sessions.",
  NOT_FOUND: "It may have been removed: look at the list it was in.",
  SESSION_NOT_FOUND: "Look for it in the list of sessions.",
  WORKSPACE_NOT_FOUND: "Choose one of yours at the top.",
  CONFLICT: "Choose another, or look whether it is done already.",
  INVALID_STATE: "Look at its state now: it has moved on.",
  NO_CREDIT: "Top up the pool first.",
  INSUFFICIENT_CREDIT: "Top up the pool, end other sessions, or ask for a shorter one.",
  HOLD_REQUIRED: "Hold the pool until after the session, or ask for a shorter one.",
  NO_COVERAGE: "Nobody covers this place yet: try another, or wait for somebody to come.",
  UNAVAILABLE: "All operators there are busy: try again in a moment.",
  CHAIN_UNAVAILABLE: "The chain stands still or cannot be reached: try again in a moment.",
  DATABASE_ERROR: "Try again in a moment.",
  AUTHZ_ERROR: "Try again in a moment.",
  VIDEO_ERROR: "Try again in a moment.",
  RATE_LIMITED: "Wait a few seconds, then try again.",
  INTERNAL_SERVER_ERROR: "Try again; if it stays, report it with the reference.",
};

/** The wallet's own numbers (EIP-1193, EIP-1474). */
const REJECTED = 4001;
const PENDING = -32002;

export function tell(error: unknown): Told {
  if (error instanceof ApiError) {
    const { message, code, requestId } = error;
    return { happened: message, remedy: BY_CODE[code] ?? "Try again.", ...(requestId ? { reference: requestId } : {}) };
  }
  if (error instanceof Told_) return { happened: error.message, remedy: error.remedy };
  if (isRejected(error))
    return { happened: "You said no in your wallet.", remedy: "Nothing has moved. Start again when you like." };
  if (walletCodeOf(error) === PENDING)
    return { happened: "Your wallet still shows an earlier request.", remedy: "Open the wallet and answer that one." };
  if (error instanceof BaseError && error.walk((it) => it instanceof InsufficientFundsError) !== null)
    return { happened: "The wallet has too little ETH for the gas.", remedy: "Send it some ETH on this chain." };
  const said = error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : String(error);
  return { happened: said, remedy: "Nothing of it is known to have happened. Look at your wallet, then try again." };
}

/** An error of the page's own, with what to do about it. */
class Told_ extends Error {
  readonly remedy: string;
  constructor(happened: string, remedy: string) {
    super(happened);
    this.remedy = remedy;
  }
}

export function problem(happened: string, remedy: string): Error {
  return new Told_(happened, remedy);
}

export function isRejected(error: unknown): boolean {
  if (walletCodeOf(error) === REJECTED) return true;
  return error instanceof BaseError && error.walk((it) => it instanceof UserRejectedRequestError) !== null;
}

/** Errors of wallets are wrapped by whoever hands them on. */
export function walletCodeOf(error: unknown): number | undefined {
  for (let at = error, depth = 0; typeof at === "object" && at !== null && depth < 8; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === "number" && code !== -32603) return code;
    at = cause;
  }
  return undefined;
}
