/** The contract's other constants. They never change at one address. */

/** Most entries in a batch. */
export const MAX_BATCH = 100;

/** Highest rate, µUSDC a second. */
export const MAX_RATE_PER_SECOND = 1_000_000n;

/** Longest session, seconds. */
export const MAX_CHARGEABLE_SECONDS = 86_400n;
