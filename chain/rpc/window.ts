/** How many blocks to ask for at once: endpoints limit blocks, results and time, each in its own way, and few say how. */

/** As many logs as one answer should have: more is refused by many endpoints, and no faster. */
const COMFORTABLE = 10_000;
/** Twenty seconds of Base: if every block were full of batches, an answer would still be small. */
const FIRST = 100n;
const LARGEST = 1_000_000n;
/** After so many good answers, more is tried again: it may have been the results that were too many, not the blocks. */
const PATIENCE = 20;

export class Window {
  #size: bigint;
  /** The endpoint has refused more. */
  #ceiling = LARGEST;
  #answered = 0;

  constructor(size = FIRST) {
    this.#size = size;
  }

  get size(): bigint {
    return this.#size;
  }

  /** The endpoint has refused this many blocks. @returns Whether fewer can be asked for. */
  shrink(refused: bigint): boolean {
    if (refused <= 1n) return false;
    this.#ceiling = refused - 1n;
    this.#size = refused / 2n;
    this.#answered = 0;
    return true;
  }

  /** The endpoint has answered with so many logs. */
  grow(logs: number): void {
    this.#answered++;
    if (this.#answered % PATIENCE === 0) this.#ceiling = least(this.#ceiling * 2n, LARGEST);
    if (logs > COMFORTABLE) this.#size = this.#size > 1n ? this.#size / 2n : 1n;
    else if (logs * 2 <= COMFORTABLE) this.#size = least(this.#size * 2n, this.#ceiling);
  }
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
