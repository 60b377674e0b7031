/** Parses and formats USDC, which has six decimals. Amounts are bigint µUSDC everywhere. Nothing here rounds. */
import { InvalidAmountError } from "./errors.ts";

const DECIMALS = 6;
const MICRO_USDC = 10n ** BigInt(DECIMALS);

/**
 * µUSDC of a decimal number of USDC.
 *
 * @param usdc Digits, at most one point, at most six decimals; no sign, no exponent, no separators.
 * @throws {InvalidAmountError}
 * @example
 * parseUsdc("5.25"); // 5_250_000n
 */
export function parseUsdc(usdc: string): bigint {
  if (typeof usdc !== "string" || usdc === "") throw new InvalidAmountError(usdc, "a decimal number is needed");
  if (/^[+-]/.test(usdc)) throw new InvalidAmountError(usdc, "it has a sign");
  const match = /^(\d+)(?:\.(\d+))?$/.exec(usdc);
  if (match === null) throw new InvalidAmountError(usdc, "a decimal number such as 5 or 5.25 is needed");
  const [, whole = "", decimals = ""] = match;
  if (decimals.length > DECIMALS) throw new InvalidAmountError(usdc, "it has more than six decimals");
  return BigInt(whole) * MICRO_USDC + BigInt(decimals.padEnd(DECIMALS, "0"));
}

/**
 * USDC as decimal text, exact, without trailing zeros.
 *
 * @param microUsdc µUSDC, 0 or more.
 * @throws {InvalidAmountError}
 * @example
 * formatUsdc(5_250_000n); // "5.25"
 */
export function formatUsdc(microUsdc: bigint): string {
  if (typeof microUsdc !== "bigint") throw new InvalidAmountError(microUsdc, "µUSDC are bigint");
  if (microUsdc < 0n) throw new InvalidAmountError(microUsdc, "it has a sign");
  const decimals = String(microUsdc % MICRO_USDC)
    .padStart(DECIMALS, "0")
    .replace(/0+$/, "");
  return `${microUsdc / MICRO_USDC}${decimals === "" ? "" : `.${decimals}`}`;
}
