/** Names the contract's constants, which never change at one address. */

/** Most entries in a batch. */
export const MAX_BATCH = 100;

/** Highest fee, in basis points of the charge. */
export const MAX_FEE_BPS = 3_000;

/** Highest rate, µUSDC a second. */
export const MAX_RATE_PER_SECOND = 1_000_000n;

/** Longest session, seconds. */
export const MAX_CHARGEABLE_SECONDS = 86_400n;

/** Longest hold, seconds from now. */
export const MAX_HOLD = 86_400n;
