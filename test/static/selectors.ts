/** Finds functions, or errors, that are told apart by nothing: four bytes are few. */
import type { Abi } from "viem";
import { toFunctionSelector, toFunctionSignature } from "viem";

/** Signatures that share their first four bytes with another one of the same kind. */
export function clashes(kind: "function" | "error", ...abis: Abi[]): string[] {
  const bySelector = new Map<string, Set<string>>();
  for (const item of abis.flat()) {
    if (item.type !== kind) continue;
    // Errors are hashed as functions are.
    const signature = toFunctionSignature({ ...item, type: "function", outputs: [], stateMutability: "view" });
    const selector = toFunctionSelector(signature);
    bySelector.set(selector, (bySelector.get(selector) ?? new Set()).add(signature));
  }
  return [...bySelector.values()].flatMap((same) => (same.size > 1 ? [...same].sort() : []));
}
