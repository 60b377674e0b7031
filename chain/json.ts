/** Writes JSON of values that hold amounts: a bigint becomes decimal text, since JSON numbers end at 2^53. */

/** A document, indented for readers and their diffs. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, amountsAsText, 2);
}

/** The same in one line. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value, amountsAsText);
}

function amountsAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
