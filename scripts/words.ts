/** Puts amounts of USDC, limits and counts into words, and rows into columns. No amount is rounded. */

import { formatUsdc } from "@luxxon/contracts-abi";

const DECIMALS = 6;

/** "5.25 USDC": exact, as short as it goes. A forged history can make any sum negative. */
export function money(microUsdc: bigint): string {
  return microUsdc < 0n ? `−${money(-microUsdc)}` : `${formatUsdc(microUsdc)} USDC`;
}

/** A limit, where 0 is none: "50 USDC a day". */
export function limit(microUsdc: bigint): string {
  return microUsdc === 0n ? "no limit" : `${money(microUsdc)} a day`;
}

/** "1,234.50 USDC", "1,234.567890 USDC": for sentences; two decimals where they say it all, else all six. */
export function usdcWords(microUsdc: bigint): string {
  if (microUsdc < 0n) return `−${usdcWords(-microUsdc)}`;
  const [, fraction = ""] = formatUsdc(microUsdc).split(".");
  return `${grouped(decimals(microUsdc, fraction.length > 2 ? DECIMALS : 2))} USDC`;
}

/** "1,234.500000": all six decimals, so that columns of them line up. */
export function usdc(microUsdc: bigint): string {
  return microUsdc < 0n ? `−${usdc(-microUsdc)}` : grouped(decimals(microUsdc, DECIMALS));
}

/** "1234.500000": for spreadsheets, which set their own separators. */
export function usdcPlain(microUsdc: bigint): string {
  return microUsdc < 0n ? `-${usdcPlain(-microUsdc)}` : decimals(microUsdc, DECIMALS);
}

/** "12,345" */
export function count(number: number | bigint): string {
  return number.toLocaleString("en-US");
}

/** "1 session", "2,000 sessions"; `plural` where an s is not enough. */
export function counted(number: number, singular: string, plural = `${singular}s`): string {
  return `${count(number)} ${number === 1 ? singular : plural}`;
}

/** Rows with their columns in line: those that hold numbers to the right, the others to the left. */
export function columns(
  rows: readonly string[][],
  isText: (column: number) => boolean = (column) => column === 0,
): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const aligned = (cell: string, i: number) =>
    isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(aligned).join("  ").trimEnd()).join("\n");
}

function decimals(microUsdc: bigint, places: number): string {
  const [whole, fraction = ""] = formatUsdc(microUsdc).split(".");
  return `${whole}.${fraction.padEnd(places, "0")}`;
}

function grouped(decimal: string): string {
  const [whole = "0", fraction] = decimal.split(".");
  return `${count(BigInt(whole))}.${fraction}`;
}
