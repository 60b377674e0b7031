/** Checks the ten rules of a settlement, in their order, as ILuxxonSettlement.sol promises it. */
import { allows, limitOf } from "./dailyLimit.ts";
import { MAX_CHARGEABLE_SECONDS, MAX_FEE_BPS, MAX_RATE_PER_SECOND } from "./limits.ts";
import { accountOf, type State, settled } from "./state.ts";
import { type BatchEntry, Refusal, sameAddress, ZERO_ADDRESS } from "./types.ts";

type Rule = (state: State, entry: BatchEntry, total: bigint, now: bigint) => boolean;

/** Each refusal with the condition for it. Numbers have no upper end here, so none can wrap around. */
const RULES: readonly (readonly [Refusal, Rule])[] = [
  [Refusal.AlreadySettled, (state, { sessionId }) => settled(state, sessionId)],
  [Refusal.InvalidPayee, (state, { to }) => sameAddress(to, ZERO_ADDRESS) || sameAddress(to, state.address)],
  [Refusal.ZeroAmount, (_, __, total) => total === 0n],
  [Refusal.RateTooHigh, (_, { ratePerSecond }) => ratePerSecond > MAX_RATE_PER_SECOND],
  [Refusal.TooManySeconds, (_, { chargeableSeconds }) => chargeableSeconds > MAX_CHARGEABLE_SECONDS],
  [Refusal.MeterExceeded, (_, entry, total) => total > entry.ratePerSecond * entry.chargeableSeconds],
  [Refusal.FeeTooHigh, (_, { feeAmount }, total) => feeAmount * 10_000n > total * BigInt(MAX_FEE_BPS)],
  [Refusal.InsufficientPool, (state, { from }, total) => accountOf(state, from).balance < total],
  [
    Refusal.DailyLimitExceeded,
    (state, { from }, total, now) => {
      const account = accountOf(state, from);
      return !allows(account, limitOf(account, state.defaultDailyLimit), now, total);
    },
  ],
  [Refusal.PoolLimitExceeded, ({ pool }, _, total, now) => !allows(pool, pool.dailyLimit, now, total)],
];

/**
 * `checkSettlement`: what would happen to the entry at second `now`. The first rule that fails is the refusal, `None` if
 * all hold. Says nothing of a pause, or of who asks.
 */
export function checkSettlement(state: State, entry: BatchEntry, now: bigint): Refusal {
  const total = entry.toAmount + entry.feeAmount;
  const broken = RULES.find(([, isBroken]) => isBroken(state, entry, total, now));
  return broken === undefined ? Refusal.None : broken[0];
}
