/** Holds what a platform answers against the document that it publishes. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

interface Published {
  document: Document;
  ajv: Ajv2020;
}

const published = new Map<string, Promise<Published>>();

export function publishedBy(api: string): Promise<Published> {
  let known = published.get(api);
  if (known === undefined) {
    known = (async () => {
      const document = (await (await fetch(`${api}/docs-json`)).json()) as Document;
      const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
      ajv.addSchema(document, "document");
      return { document, ajv };
    })();
    published.set(api, known);
    known.catch(() => published.delete(api));
  }
  return known;
}

/** @throws if the operation is described otherwise, or has no such answer. */
export async function expectDocumented(
  api: string,
  method: string,
  path: string,
  response: { status: number; headers: Headers },
  body: unknown,
): Promise<void> {
  const { document, ajv } = await publishedBy(api);
  const given = new URL(api + path);
  const found = Object.keys(document.paths)
    .filter((pattern) => new RegExp(`^${pattern.replace(/\{[^}]*\}/g, "[^/]+")}/?$`).test(given.pathname))
    .sort((a, b) => a.split("{").length - b.split("{").length)
    .find((pattern) => document.paths[pattern]?.[method.toLowerCase()] !== undefined);
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const responses = found === undefined ? undefined : document.paths[found]?.[method.toLowerCase()]?.responses;
  const status = responses?.[response.status] === undefined ? "default" : String(response.status);
  const what = `${method} ${path} → ${response.status}`;
  if (found === undefined || responses === undefined) {
    if (response.status >= 400) return check(what, ajv.getSchema("document#/components/schemas/Error"), body);
    throw new Error(`${what} is not in the document`);
  }
  if (status === "default" && response.status < 400) throw new Error(`${what} is not in the document`);
  if (responses[status]?.content?.[type] === undefined) throw new Error(`${what}: the document has no ${type} for it`);
  if (type !== "application/json") return;
  const steps = ["paths", found, method.toLowerCase(), "responses", status, "content", type, "schema"];
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  check(what, ajv.getSchema(`document#/${pointer}`), body);
}

function check(what: string, validate: ValidateFunction | undefined, body: unknown): void {
  if (validate === undefined) throw new Error(`${what}: its schema is not in the document`);
  if (validate(body)) return;
  const faults = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  throw new Error(`${what} is not as documented: ${[...new Set(faults)].join("; ")}\n${JSON.stringify(body)}`);
}
