/** Writes amounts as people do. They are bigint µUSDC, or strings of digits as the API gives them; nothing here is a float. */
import { formatUsdc, parseUsdc } from "@luxxon/contracts-abi";

export type MicroUsdc = bigint | string;

/** At least two decimals, all that are there, and commas between thousands: 1,234.50 · 0.003. */
export function asUsdc(amount: MicroUsdc): string {
  const value = BigInt(amount);
  const [whole = "0", decimals = ""] = formatUsdc(value < 0n ? -value : value).split(".");
  return `${value < 0n ? "−" : ""}${withCommas(whole)}.${decimals.padEnd(2, "0")}`;
}

/** The exact number: 1,234,500,000 µUSDC. */
export function asMicroUsdc(amount: MicroUsdc): string {
  const value = BigInt(amount);
  return `${value < 0n ? "−" : ""}${withCommas((value < 0n ? -value : value).toString())} µUSDC`;
}

/** What somebody typed. Undefined: it is no amount above zero. A comma is refused: it means different things to different people. */
export function readUsdc(text: string): bigint | undefined {
  try {
    const amount = parseUsdc(text.trim());
    return amount > 0n ? amount : undefined;
  } catch {
    return undefined;
  }
}

/** Wei as ETH, with as many digits as tell something: 0.00000021. */
export function asEth(wei: bigint): string {
  const text = wei.toString().padStart(19, "0");
  const [whole, decimals] = [text.slice(0, -18), text.slice(-18)];
  const first = decimals.search(/[1-9]/);
  const shown = first === -1 ? "" : decimals.slice(0, Math.max(first + 2, 4)).replace(/0+$/, "");
  return shown === "" ? withCommas(whole) : `${withCommas(whole)}.${shown}`;
}

function withCommas(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
