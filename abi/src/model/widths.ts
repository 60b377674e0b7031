/** Knows how wide the fields of an account are: what does not fit one is refused. */
import { ensure } from "./errors.ts";
import type { Account } from "./types.ts";

/** Bits of each field that is stored as it is given. */
const BITS = { balance: 80, dailyLimit: 56, heldUntil: 32 } satisfies Partial<Record<keyof Account, number>>;

/** The value, if it fits. Reverts: SafeCastOverflowedUintDowncast. */
export function fitting(field: keyof typeof BITS, value: bigint): bigint {
  const bits = BITS[field];
  ensure(value < 1n << BigInt(bits), () => ({ errorName: "SafeCastOverflowedUintDowncast", args: [bits, value] }));
  return value;
}
