/** Draws from a seed: the same seed, the same draws (mulberry32). */
export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number, both included. */
  between(least: number, most: number): number;
  of<T>(items: readonly T[]): T;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return { next, between, of: (items) => items[between(0, items.length - 1)] as never };
}
