/** Puts names, days and sentences as findings need them. */

import { uuidFromSessionId } from "@luxxon/contracts-abi";
import type { Hex } from "viem";

/** The platform's name of a session, or the chain's if it is not one of the platform's. */
export function session(id: Hex): string {
  return /^0x0{32}/.test(id) ? `session ${uuidFromSessionId(id)}` : `session ${id}`;
}

export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
