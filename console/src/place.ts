/** Reads what people write of places. */

/** Degrees with a point, either minus. Undefined: it is none, or out of reach. */
export function degreesIn(value: unknown, most: number): number | undefined {
  const text = String(value).trim().replace("−", "-");
  const number = /^-?\d{1,3}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(number) <= most ? number : undefined;
}
