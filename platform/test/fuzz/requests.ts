/** Draws requests from the published document: an operation, who calls, and what of it is as described and what is not. */
import fc from "fast-check";
import { broken, type Drawing, described, NASTY, type Schema } from "./schema.ts";

export interface Parameter {
  in: "path" | "query" | "header";
  name: string;
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  /** Upper case. */
  method: string;
  /** As the document has it, with `{…}`. */
  path: string;
  parameters: Parameter[];
  body: { type: string; schema: Schema } | undefined;
}

export interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Parameter[];
        requestBody?: { content?: Record<string, { schema?: Schema }> };
        responses: Record<string, { content?: Record<string, unknown> }>;
      }
    >
  >;
  components?: { schemas?: Record<string, Schema> };
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: bodyOf(requestBody?.content ?? {}),
    })),
  );
}

function bodyOf(content: Record<string, { schema?: Schema }>): Operation["body"] {
  const [type = "application/json", { schema } = {}] = Object.entries(content)[0] ?? [];
  return schema === undefined ? undefined : { type, schema };
}

export const CALLERS = [
  "nobody",
  "wallet",
  "key",
  "narrow key",
  "other's key",
  "other's wallet",
  "revoked key",
  "made-up key",
  "tampered cookie",
  "odd header",
] as const;
export type CallerName = (typeof CALLERS)[number];

/** A request before it is known who the callers are: it replays whatever their ids and keys are by then. */
export interface Drawn {
  operation: Operation;
  caller: CallerName;
  method: string;
  /** With the query; encoded. */
  target: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** Whether parameters and body are all as the document describes them. */
  isDescribed: boolean;
}

/** Stands in a request for an id that there is: the newest of its kind, or the n-th before it. */
const placeholder = (kind: string, n: number) => `<${kind}-${n}>`;

const KINDS: Record<string, string> = {
  workspaceId: "workspace",
  operatorWorkspaceId: "workspace",
  sessionId: "session",
  quoteId: "quote",
  keyId: "key",
  webhookId: "webhook",
  walletAddress: "wallet",
  address: "wallet",
  token: "videoToken",
  input_id: "input",
  nonce: "nonce",
  signature: "signature",
};

/** What a field's or a parameter's value may be of what there is. */
function knownIn(path: string): Record<string, string[]> {
  const kinds = { ...KINDS, id: /\/sessions\//.test(path) ? "session" : "workspace" };
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, [0, 0, 1, 2].map((n) => placeholder(kind, n))]),
  );
}

const percent = (text: string) =>
  encodeURIComponent(Buffer.from(text).toString()).replaceAll("%3C", "<").replaceAll("%3E", ">");
/** What stands in a path where an id belongs, as it is sent. */
const ODD_IDS = [
  "%00",
  "%ff",
  "..",
  "%2e%2e",
  "%2F",
  "a%2Fb",
  "null",
  "%F0%9F%98%80",
  "'",
  "9".repeat(300),
  "*",
  ":id",
];
const TYPES = [
  "text/plain",
  "application/xml",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "",
];
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"];

/** JSON that no serialiser writes. */
const RAW_BODIES = [
  "",
  " ",
  "null",
  "[]",
  "1",
  '"text"',
  "{",
  '{"a":}',
  "{'a': 1}",
  '{"lat":NaN,"lng":Infinity}',
  '{"lat":1e999,"lng":-1e999,"maxDurationSeconds":60}',
  '{"lat":4.71,"lat":91,"lng":0,"maxDurationSeconds":01}',
  '\ufeff{"walletAddress":"0x0000000000000000000000000000000000000001"}',
  `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  `${"[".repeat(60_000)}`,
  `{"walletAddress":"${"x".repeat(65_537)}"}`,
  '{"__proto__":{"walletAddress":"0x0000000000000000000000000000000000000001"}}',
  '{"label":"\\ud800","environment":"TEST","scopes":["sessions:read"]}',
];

/** Any request that somebody could send to one of the operations. */
export function requests(document: Document): fc.Arbitrary<Drawn> {
  const resolve = (ref: string): Schema => {
    const schema = document.components?.schemas?.[ref.split("/").at(-1) ?? ""];
    if (schema === undefined) throw new Error(`the document has no ${ref}`);
    return schema;
  };
  const ofEach = operationsOf(document).map((operation) => {
    const drawing: Drawing = { known: knownIn(operation.path), resolve };
    return fc
      .record({
        caller: fc.oneof(
          { arbitrary: fc.constantFrom<CallerName>("wallet", "key"), weight: 2 },
          { arbitrary: fc.constantFrom(...CALLERS), weight: 1 },
        ),
        parameters: fc.tuple(...operation.parameters.map((one) => parameter(one, drawing))),
        body: operation.body === undefined ? fc.constant(undefined) : body(operation.body.schema, drawing),
        raw: rarely(fc.constantFrom(...RAW_BODIES), 12),
        type: rarely(fc.constantFrom(...TYPES), 15),
        method: rarely(fc.constantFrom(...METHODS), 15),
        slash: rarely(fc.constantFrom("/", "//", "/x", "?", "?limit=1&limit=2", "?__proto__=1"), 20),
        headers: headers(),
      })
      .map((drawn) => assemble(operation, drawn));
  });
  return fc.oneof(...ofEach);
}

interface Part {
  text: string | undefined;
  isDescribed: boolean;
}

function assemble(
  operation: Operation,
  drawn: {
    caller: CallerName;
    parameters: Part[];
    body: { value: unknown; isDescribed: boolean } | undefined;
    raw: string | undefined;
    type: string | undefined;
    method: string | undefined;
    slash: string | undefined;
    headers: Record<string, string>;
  },
): Drawn {
  let path = operation.path;
  const query: string[] = [];
  for (const [i, { in: place, name }] of operation.parameters.entries()) {
    const { text } = drawn.parameters[i] ?? {};
    if (place === "path") path = path.replace(`{${name}}`, text ?? "");
    else if (text !== undefined) query.push(`${name}=${text}`);
  }
  const method = drawn.method ?? operation.method;
  const { type: usualType = "application/json" } = operation.body ?? {};
  const value = drawn.body?.value;
  const isText = usualType !== "application/json" && typeof value === "string";
  const body = drawn.raw ?? (isText ? value : value === undefined ? undefined : JSON.stringify(value));
  const type = drawn.type ?? usualType;
  return {
    operation,
    caller: drawn.caller,
    method,
    target: path + (query.length === 0 ? "" : `?${query.join("&")}`) + (drawn.slash ?? ""),
    headers: { ...drawn.headers, ...(body === undefined || type === "" ? {} : { "content-type": type }) },
    body,
    isDescribed:
      method === operation.method &&
      drawn.raw === undefined &&
      drawn.type === undefined &&
      drawn.slash === undefined &&
      drawn.parameters.every(({ isDescribed }) => isDescribed) &&
      drawn.body?.isDescribed !== false,
  };
}

function parameter({ in: place, schema, name, required }: Parameter, drawing: Drawing): fc.Arbitrary<Part> {
  const good = described(schema, drawing, name).map((value) => ({ text: percent(String(value)), isDescribed: true }));
  const nasty = fc
    .constantFrom(...NASTY.filter((it) => typeof it !== "object" || it === null))
    .map((value) => ({ text: percent(String(value)) || "%20", isDescribed: false }));
  const odd = fc.constantFrom(...ODD_IDS).map((text) => ({ text, isDescribed: false }));
  const absent = fc.constant({ text: undefined, isDescribed: required !== true });
  if (place === "path")
    return fc.oneof({ arbitrary: good, weight: 12 }, { arbitrary: nasty, weight: 1 }, { arbitrary: odd, weight: 1 });
  return fc.oneof(
    { arbitrary: good, weight: required === true ? 9 : 3 },
    { arbitrary: absent, weight: required === true ? 1 : 6 },
    { arbitrary: nasty, weight: 1 },
  );
}

function body(schema: Schema, drawing: Drawing): fc.Arbitrary<{ value: unknown; isDescribed: boolean }> {
  return fc.oneof(
    { arbitrary: described(schema, drawing).map((value) => ({ value, isDescribed: true })), weight: 3 },
    { arbitrary: broken(schema, drawing).map((value) => ({ value, isDescribed: false })), weight: 2 },
  );
}

/** Once in so many times. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: times - 1 }, { arbitrary, weight: 1 });
}

/** What may come along. None of it makes a request another one. */
function headers(): fc.Arbitrary<Record<string, string>> {
  const some = (values: string[], times: number) => rarely(fc.constantFrom(...values), times);
  return fc
    .record({
      "idempotency-key": some(["k1", '"k2"', "", "k".repeat(256), "ä"], 8),
      "x-lx-consistency-token": some(["GgYKBENPb1Y=", "x", "%", "GhUKEzE3MDAwMDAwMDAwMDAwMDAwMDA="], 6),
      "x-request-id": some(["mine-1", "a b", "x".repeat(200)], 6),
      accept: some(["text/html", "image/jpeg", "*/*;q=0"], 6),
      "accept-encoding": some(["gzip, br", "identity;q=0"], 12),
      origin: some(["https://evil.example", "null"], 20),
      "sec-fetch-site": some(["cross-site", "same-origin", "none"], 20),
      "if-none-match": some(["*"], 20),
      range: some(["bytes=0-1"], 20),
      expect: some(["100-continue"], 40),
    })
    .map((all) => Object.fromEntries(Object.entries(all).filter((it): it is [string, string] => it[1] !== undefined)));
}
