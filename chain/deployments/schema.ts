/** Describes what the files in `deployments/` are made of. */
import { getAddress, isAddress } from "viem";
import { z } from "zod";

/** With its checksum: a mistyped address must not get past a reader. */
export const addressSchema = z
  .templateLiteral(["0x", z.string().regex(/^[0-9a-fA-F]{40}$/)])
  .refine((value) => isAddress(value, { strict: false }) && getAddress(value) === value, {
    error: ({ input }) =>
      `${JSON.stringify(input)} has a wrong checksum${isAddress(String(input), { strict: false }) ? `; ${getAddress(String(input))} has the right one` : ""}`,
  });

export const hashSchema = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);

/** The highest daily limit that the contract takes, µUSDC: an account has 56 bits for it. */
export const MAX_DAILY_LIMIT = 2n ** 56n - 1n;

const NOT_A_LIMIT = { error: "a daily limit is a whole number of µUSDC below 2^56" };

/** A daily limit in µUSDC. Decimal digits, because JSON numbers end at 2^53. */
export const limitSchema = z
  .string()
  // What is no number ends here: BigInt would throw at it.
  .regex(/^(0|[1-9]\d{0,16})$/, { ...NOT_A_LIMIT, abort: true })
  .refine((value) => BigInt(value) <= MAX_DAILY_LIMIT, NOT_A_LIMIT);
