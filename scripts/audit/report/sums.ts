/** Adds up and sorts what an audit lists. */

/** What a column of days or accounts adds up to. */
export function sumOf<Field extends string>(all: readonly Record<Field, bigint>[], field: Field): bigint {
  return all.reduce((sum, one) => sum + one[field], 0n);
}

/** For sorting: the largest first. */
export function byLargest<Field extends string>(field: Field) {
  return (one: Record<Field, bigint>, other: Record<Field, bigint>) => compare(other[field], one[field]);
}

/** Lists of what happened on the chain as one, by place. */
export function inOrder<T extends { blockNumber: bigint; logIndex: number }>(lists: readonly (readonly T[])[]): T[] {
  return lists
    .flat()
    .sort((one, other) => compare(one.blockNumber, other.blockNumber) || one.logIndex - other.logIndex);
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
