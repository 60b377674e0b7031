/** Opens a session: its price is stamped, and what it may cost is taken from what the consumer's pool can still pay. */
import { dailyLimitRoom, uuidRuns } from "@luxxon/contracts-abi";
import type { Address } from "viem";
import { type Chain, orUnavailable } from "../chain/chain.ts";
import type { Heads } from "../chain/heads.ts";
import type { Clock, Entropy } from "../clock.ts";
import { isDuplicate, type Transaction } from "../db/database.ts";
import type { CallersWorkspace } from "../keys/keys.ts";
import { takeQuote } from "../pricing/quotes.ts";
import { Refused } from "../refusal.ts";
import { promisedBy } from "./reservations.ts";
import type { SessionWithSettlement } from "./session.ts";

export interface CreateContext {
  chain: Chain;
  heads: Heads;
  clock: Clock;
  entropy: Entropy;
  newSessionId: (maxDurationSeconds: number) => string;
  baseRate: bigint;
  feeBps: number;
  batchWaitMs: number;
  holdRequiredAbove: bigint | undefined;
  dailyLimitShareBps: bigint;
}

export interface NewSession {
  lat: number;
  lng: number;
  maxDurationSeconds: number;
  waitTimeoutSeconds: number;
  quoteId?: string | undefined;
  reference?: string | undefined;
}

/** The longest that Base has stood still so far, seconds: a hold has to outlast it. */
const LONGEST_HALT = 7_200;
/** From a batch that is sent to one that is mined, replacements included, seconds. */
const SETTLING = 120;

/**
 * Whoever calls must not be calling for the same wallet elsewhere in this process: the row of the wallet is locked while
 * the chain is asked, so that parallel sessions never promise more than the pool has.
 */
export async function createSession(
  tx: Transaction,
  context: CreateContext,
  consumer: CallersWorkspace,
  wanted: NewSession,
): Promise<SessionWithSettlement> {
  const { chain, heads, clock, newSessionId, feeBps, holdRequiredAbove, dailyLimitShareBps } = context;
  if (!consumer.isConsumer)
    throw new Refused("NOT_AUTHORIZED", "Only a workspace with the role CONSUMER opens sessions.", {
      detail: "session:notConsumer",
    });
  const head = await orUnavailable(heads.moving());
  const now = clock.now();
  const wallet = consumer.walletAddress as Address;
  const ratePerSecond =
    wanted.quoteId === undefined
      ? context.baseRate
      : await takeQuote(tx, { clock }, { ...wanted, quoteId: wanted.quoteId, workspaceId: consumer.id });
  const hold = ratePerSecond * BigInt(wanted.maxDurationSeconds);

  // What is promised is read before what there is: a settlement in between counts twice, never not at all.
  const promised = await promisedBy(tx, wallet);
  const [available, account, pool] = await orUnavailable(
    chain.views([
      ["available", [wallet]],
      ["accountOf", [wallet]],
      ["pool", []],
    ]),
  );
  if (available - promised.total < hold) {
    const balance = account.balance;
    if (balance === 0n) throw new Refused("NO_CREDIT", "The pool is empty: top it up first.", { detail: "pool" });
    const isLimit = balance - promised.total >= hold;
    const rest = available > promised.total ? available - promised.total : 0n;
    throw new Refused(
      "INSUFFICIENT_CREDIT",
      `The session may cost ${hold} µUSDC; ${rest} µUSDC ${isLimit ? "are left of a daily limit" : "of the pool are not promised yet"}.`,
      { detail: isLimit ? "dailyLimit" : "pool" },
    );
  }
  if (pool.dailyLimit !== 0n) {
    const { dailyLimit: limit, drawn, drawnAt } = pool;
    const left = dailyLimitRoom({ limit, drawn, drawnAt, now: Math.max(head.timestamp, drawnAt) }) ?? 0n;
    const share = (left * dailyLimitShareBps) / 10_000n;
    if (promised.open + hold > share)
      throw new Refused(
        "INSUFFICIENT_CREDIT",
        `One consumer's open sessions may take ${share} µUSDC of what is left of the pool's daily limit.`,
        { detail: "dailyLimit" },
      );
  }
  const latestEnd = head.timestamp + wanted.waitTimeoutSeconds + wanted.maxDurationSeconds;
  const guaranteed = account.heldUntil >= latestEnd + context.batchWaitMs / 1_000 + SETTLING + LONGEST_HALT;
  if (holdRequiredAbove !== undefined && hold > holdRequiredAbove && !guaranteed)
    throw new Refused(
      "HOLD_REQUIRED",
      `Above ${holdRequiredAbove} µUSDC the consumer's pool must be held (the contract's hold).`,
      {
        detail: "session:holdRequired",
      },
    );

  const expiresAt = new Date(now.getTime() + wanted.waitTimeoutSeconds * 1_000);
  try {
    const row = await tx.row<SessionWithSettlement>`
      insert into sessions (id, consumer_workspace_id, consumer_wallet, state, reference, requested_lat, requested_lng,
        max_duration_seconds, wait_timeout_seconds, rate_per_second, fee_bps, guaranteed, reserved, created_at, expires_at)
      values (${newSessionId(wanted.maxDurationSeconds)}, ${consumer.id}, ${wallet}, 'REQUESTED', ${wanted.reference ?? null}, ${wanted.lat},
        ${wanted.lng}, ${wanted.maxDurationSeconds}, ${wanted.waitTimeoutSeconds}, ${ratePerSecond}, ${feeBps}, ${guaranteed}, ${hold}, ${now}, ${expiresAt})
      returning *, null as settlement_state, null as tx_hash`;
    return row as SessionWithSettlement;
  } catch (error) {
    if (!isDuplicate(error, "sessions_reference")) throw error;
    throw new Refused("CONFLICT", "The workspace has a session with this reference already: look it up.", {
      detail: "session:referenceUsed",
    });
  }
}

/**
 * Session ids in runs of 256 that share a storage slot on chain: one run a bucket of durations, so that sessions which end
 * together tend to share one.
 */
export function sessionIds(entropy: Entropy): (maxDurationSeconds: number) => string {
  const runs = new Map<number, Generator<string, never>>();
  return (maxDurationSeconds) => {
    const bucket = Math.ceil(Math.log2(maxDurationSeconds));
    let run = runs.get(bucket);
    if (run === undefined) {
      run = uuidRuns((bytes) => {
        bytes.set(entropy.bytes(bytes.length));
        return bytes;
      });
      runs.set(bucket, run);
    }
    return run.next().value;
  };
}
