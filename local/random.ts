/** Throws dice that fall the same for the same seed, so that a made-up chain can be made again. */
export interface Random {
  /** From 0 to `below` − 1. */
  whole(below: number): number;
  /** One of `many`. */
  pick<T>(many: readonly T[]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  bytes(into: Uint8Array): Uint8Array;
}

/** Mulberry32: 32 bits of state are plenty to throw dice with, and for nothing that must stay secret. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const whole = (below: number) => Math.floor(next() * below);
  return {
    whole,
    pick<T>(many: readonly T[]): T {
      if (many.length === 0) throw new Error("there is nothing to pick from");
      return many[whole(many.length)] as T;
    },
    chance: (probability) => next() < probability,
    bytes: (into) => into.map(() => whole(256)),
  };
}
