/** JSON of values that hold amounts: a bigint becomes decimal text, since JSON numbers end at 2^53. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, it) => (typeof it === "bigint" ? String(it) : it), indent);
}
