/** Fills and drains the leaky bucket behind every daily limit, as ILuxxonSettlement.sol promises it. */
import type { Account } from "./types.ts";

/** The part of an account that a limit looks at. */
type Bucket = Pick<Account, "dailyLimit" | "drawn" | "drawnAt">;

/** Seconds. */
export const ONE_DAY = 86_400n;

/** The limit that holds for a consumer: its own, or the default if it has set none. µUSDC a day; 0 for no limit. */
export function limitOf(account: Pick<Account, "dailyLimit">, defaultDailyLimit: bigint): bigint {
  return account.dailyLimit === 0n ? defaultDailyLimit : account.dailyLimit;
}

/** What the bucket holds at second `now`, after what has leaked since `drawnAt`, rounded down. µUSDC. */
export function drawnBy(account: Bucket, limit: bigint, now: bigint): bigint {
  const refilled = (limit * (now - account.drawnAt)) / ONE_DAY;
  return account.drawn > refilled ? account.drawn - refilled : 0n;
}

/** Whether `amount` µUSDC may be drawn at second `now`. A limit of 0 allows everything. */
export function allows(account: Bucket, limit: bigint, now: bigint, amount: bigint): boolean {
  return limit === 0n || drawnBy(account, limit, now) + amount <= limit;
}

/** The account after a draw that is allowed. Without a limit the bucket does not move. */
export function draw(account: Account, limit: bigint, now: bigint, amount: bigint): Account {
  const debited = { ...account, balance: account.balance - amount };
  return limit === 0n
    ? debited
    : { ...debited, drawn: drawnBy(account, limit, now) + amount, drawnAt: BigInt.asUintN(32, now) };
}

/** The most that could be drawn at second `now`, µUSDC; undefined: there is no limit. */
export function room(account: Bucket, limit: bigint, now: bigint): bigint | undefined {
  if (limit === 0n) return undefined;
  const held = drawnBy(account, limit, now);
  return held < limit ? limit - held : 0n;
}
