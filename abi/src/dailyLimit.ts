/** Tells what a daily limit leaves, and when, as the contract reckons it: by a leaky bucket. */
import { InvalidAmountError, InvalidTimeError } from "./errors.ts";
import { drawnBy, ONE_DAY, room } from "./model/dailyLimit.ts";

/** A bucket, as `accountOf` and `pool` return it. */
export interface DailyLimitBucket {
  /** The limit that holds, µUSDC a day: a consumer's own, or the default if its own is 0. 0: there is no limit. */
  limit: bigint;
  /** What the bucket held when it last moved, µUSDC. */
  drawn: bigint;
  /** When it last moved, seconds. */
  drawnAt: bigint | number;
}

/**
 * The most that a limit lets be settled at a second, µUSDC; undefined: there is no limit. The balance is another matter:
 * `available` of the contract minds both.
 *
 * @param now Seconds, as block timestamps count them; not before `drawnAt`.
 * @throws {InvalidAmountError} An amount is negative or no bigint.
 * @throws {InvalidTimeError} A time is no whole number of seconds, or `now` is before `drawnAt`.
 * @example
 * dailyLimitRoom({ limit: 10_000_000n, drawn: 10_000_000n, drawnAt: 0, now: 43_200 }); // 5_000_000n
 */
export function dailyLimitRoom(parameters: DailyLimitBucket & { now: bigint | number }): bigint | undefined {
  const account = accountOf(parameters);
  const now = seconds(parameters.now);
  if (now < account.drawnAt)
    throw new InvalidTimeError(parameters.now, `before ${account.drawnAt}, when it last moved`);
  return room(account, account.dailyLimit, now);
}

/**
 * The first second at which an amount fits the limit, if nothing else is settled until then; undefined: never, because it
 * is more than the limit itself.
 *
 * @throws {InvalidAmountError} An amount is negative or no bigint.
 * @throws {InvalidTimeError} `drawnAt` is no whole number of seconds.
 * @example
 * dailyLimitReadyAt({ limit: 10_000_000n, drawn: 10_000_000n, drawnAt: 0, amount: 5_000_000n }); // 43_200n
 */
export function dailyLimitReadyAt(parameters: DailyLimitBucket & { amount: bigint }): bigint | undefined {
  const account = accountOf(parameters);
  const amount = micro(parameters.amount);
  const { dailyLimit: limit, drawnAt } = account;
  if (limit === 0n) return drawnAt;
  if (amount > limit) return undefined;
  const excess = drawnBy(account, limit, drawnAt) + amount - limit;
  // Rounded up: a second earlier the leak, rounded down, is still too little.
  return excess <= 0n ? drawnAt : drawnAt + (excess * ONE_DAY + limit - 1n) / limit;
}

function accountOf({ limit, drawn, drawnAt }: DailyLimitBucket) {
  return { dailyLimit: micro(limit), drawn: micro(drawn), drawnAt: seconds(drawnAt) };
}

function micro(amount: bigint): bigint {
  if (typeof amount !== "bigint") throw new InvalidAmountError(amount, "µUSDC are bigint");
  if (amount < 0n) throw new InvalidAmountError(amount, "it has a sign");
  return amount;
}

function seconds(time: bigint | number): bigint {
  const whole = typeof time === "bigint" || (typeof time === "number" && Number.isSafeInteger(time));
  if (!whole || time < 0) throw new InvalidTimeError(time, "not a whole number of seconds since 1970");
  return BigInt(time);
}
