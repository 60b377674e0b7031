/** Masks what differs between the deployments of one build. */
import type { Hex } from "viem";

/** Where solc put immutables into the runtime code, in bytes, by the immutable's syntax tree id. */
export type ImmutableReferences = Record<string, readonly { start: number; length: number }[]>;

/** The code with every immutable set to zero, as the compiler leaves it. */
export function maskImmutables(code: Hex, references: ImmutableReferences): Hex {
  let masked: string = code;
  for (const { start, length } of Object.values(references).flat()) {
    const from = 2 + start * 2;
    const to = from + length * 2;
    // Shorter code is other code: leave it as it is.
    if (masked.length < to) return code;
    masked = masked.slice(0, from) + "0".repeat(length * 2) + masked.slice(to);
  }
  return masked as Hex;
}
