/** Draws values from the JSON Schemas of the published document: such as they describe, and such as they do not. */
import fc from "fast-check";

/** As much of JSON Schema as the document uses; another word in it is an error here, not a blind spot. */
export interface Schema {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** What no schema of ours means, or what lies just beside what it means. */
export const NASTY: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  5e-324,
  "",
  " ",
  "\t\n",
  "0",
  "NaN",
  "null",
  "undefined",
  "[object Object]",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202e\u0000",
  "ﬀ\u0301\u200d",
  "👩‍👩‍👧‍👦",
  "İstanbul",
  "' or 1=1; --",
  "{{7*7}}",
  "../../etc/passwd",
  "%00%ff%2e%2e%2f",
  "\r\nset-cookie: a=b",
  "2023-02-29T00:00:00Z",
  "2024-02-29T23:59:60Z",
  "0000-01-01T00:00:00.000Z",
  "9999-12-31T23:59:59.999999999Z",
  "-000001-01-01T00:00:00Z",
  "1e400",
  "x".repeat(300),
  "ü".repeat(5_000),
  "9".repeat(400),
  [],
  {},
  [[[[[[[[]]]]]]]],
  [null],
  { toString: 1, valueOf: null, constructor: { prototype: {} } },
  Array.from({ length: 600 }, (_, i) => i),
];

export interface Drawing {
  /** Values that mean something there, by the names of fields: the ids that there are. */
  known: Readonly<Record<string, readonly string[]>>;
  resolve(ref: string): Schema;
}

/** A value that the schema describes. */
export function described(schema: Schema, drawing: Drawing, field = ""): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return described(drawing.resolve(schema.$ref), drawing, field);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => described(one, drawing, field)));
  const known = drawing.known[field];
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {});
      return fc.record(Object.fromEntries(fields.map(([name, one]) => [name, described(one, drawing, name)])), {
        requiredKeys: schema.required ?? [],
      });
    }
    case "array":
      return fc.array(described(schema.items ?? {}, drawing), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 8),
      });
    case "string": {
      const any = text(schema);
      return known === undefined ? any : fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 4 }, any);
    }
    case "integer":
      return fc.integer({
        min: schema.minimum ?? -1_000,
        max: Math.min(schema.maximum ?? 1e9, Number.MAX_SAFE_INTEGER),
      });
    case "number":
      return fc.double({
        min: schema.minimum ?? schema.exclusiveMinimum ?? -1e6,
        minExcluded: schema.exclusiveMinimum !== undefined,
        max: schema.maximum ?? 1e6,
        noNaN: true,
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      throw new Error(`nothing is drawn from ${JSON.stringify(schema)}`);
  }
}

function text({ pattern, minLength = 0, maxLength = 64 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern, "u"), { maxLength: Math.min(maxLength, 200) })
      .filter((it) => it.length >= minLength && it.length <= maxLength);
  return fc.string({ minLength, maxLength: Math.min(maxLength, 300), unit: "grapheme" });
}

/** What the schema describes, but for one place. It may by chance be described all the same. */
export function broken(schema: Schema, drawing: Drawing): fc.Arbitrary<unknown> {
  const nasty = fc.constantFrom(...NASTY);
  if (schema.$ref !== undefined) return broken(drawing.resolve(schema.$ref), drawing);
  const names = [...Object.keys(schema.properties ?? {}), "__proto__", "constructor", "unknown"];
  if (schema.type !== "object") return nasty;
  const other = fc
    .tuple(described(schema, drawing), fc.constantFrom(...names), nasty, fc.boolean())
    .map(([value, name, instead, isGone]) => {
      const fields = Object.entries(value as Record<string, unknown>).filter(([field]) => field !== name);
      // Not by assignment: that would make `__proto__` the prototype.
      return Object.fromEntries(isGone ? fields : [...fields, [name, instead]]);
    });
  return fc.oneof({ arbitrary: other, weight: 6 }, { arbitrary: nasty, weight: 1 });
}
