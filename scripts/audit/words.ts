/** Amounts and names as findings put them. */

import { formatUsdc, uuidFromSessionId } from "@luxxon/contracts-abi";
import type { Hex } from "viem";

/** "5.25 USDC" of µUSDC; exact. A forged history can make any sum negative. */
export function money(microUsdc: bigint): string {
  return microUsdc < 0n ? `−${formatUsdc(-microUsdc)} USDC` : `${formatUsdc(microUsdc)} USDC`;
}

/** µUSDC a day, where 0 is no limit. */
export function limit(microUsdc: bigint): string {
  return microUsdc === 0n ? "no limit" : `${money(microUsdc)} a day`;
}

/** The platform's name of a session, or the chain's if it is not one of the platform's. */
export function session(id: Hex): string {
  return /^0x0{32}/.test(id) ? `session ${uuidFromSessionId(id)}` : `session ${id}`;
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
