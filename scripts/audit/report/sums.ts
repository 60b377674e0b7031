/** Adds up and sorts what an audit lists. */

/** What a column of days or accounts adds up to. */
export function sumOf<Field extends string>(all: Iterable<Record<Field, bigint>>, field: Field): bigint {
  let sum = 0n;
  for (const one of all) sum += one[field];
  return sum;
}

/** For sorting: the largest first. */
export function byLargest<Field extends string>(field: Field) {
  return (one: Record<Field, bigint>, other: Record<Field, bigint>) => compare(other[field], one[field]);
}

/** Two lists that are in the order of the chain as one, without holding either. */
export function* merged<T extends Place>(one: Iterable<T>, other: Iterable<T>): Generator<T> {
  const rest = other[Symbol.iterator]();
  let next = rest.next();
  for (const first of one) {
    for (; !next.done && byPlace(next.value, first) < 0; next = rest.next()) yield next.value;
    yield first;
  }
  for (; !next.done; next = rest.next()) yield next.value;
}

/** The same, each thing once that is in both. */
export function* unitedOf<T extends Place>(one: Iterable<T>, other: Iterable<T>): Generator<T> {
  let last: T | undefined;
  for (const next of merged(one, other)) {
    if (last === undefined || byPlace(last, next) !== 0) yield next;
    last = next;
  }
}

interface Place {
  blockNumber: bigint;
  logIndex: number;
}

function byPlace(one: Place, other: Place): number {
  return compare(one.blockNumber, other.blockNumber) || one.logIndex - other.logIndex;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
