/** How long things are kept that nobody needs for ever. */

/** An answer under its Idempotency-Key, hours. */
export const KEPT_HOURS = 24;
