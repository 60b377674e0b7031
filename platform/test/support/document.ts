/** Holds what a platform answers against the document that it publishes. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
}

interface Published {
  document: Document;
  ajv: Ajv2020;
}

/** Any path may be asked too slowly or unreadably; the document has that as its default. */
const OF_ANY_REQUEST = [400, 404, 405, 408, 431];

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
  const { pathname } = new URL(api + path);
  const { status, headers } = response;
  const faults = await documentedAnswer(api, method, pathname, { status, type: headers.get("content-type") }, body);
  if (faults.length > 0) throw new Error(`${method} ${path}: ${faults.join("; ")}\n${JSON.stringify(body)}`);
}

/** @returns What of the answer is not as the document says. */
export async function documentedAnswer(
  api: string,
  method: string,
  pathname: string,
  answer: { status: number; type: string | null | undefined },
  body: unknown,
): Promise<string[]> {
  const { document, ajv } = await publishedBy(api);
  const type = (answer.type ?? "").split(";")[0] ?? "";
  const found = Object.keys(document.paths)
    .filter((pattern) => new RegExp(`^${pattern.replace(/\{[^}]*\}/g, "[^/]+")}/?$`).test(pathname))
    .sort((a, b) => a.split("{").length - b.split("{").length)
    .find((pattern) => document.paths[pattern]?.[method.toLowerCase()] !== undefined);
  const responses = found === undefined ? undefined : document.paths[found]?.[method.toLowerCase()]?.responses;
  if (found === undefined || responses === undefined) {
    if (answer.status < 400) return [`${answer.status} of what is not in the document`];
    return check(ajv.getSchema("document#/components/schemas/Error"), body);
  }
  const isListed = responses[answer.status] !== undefined;
  if (!isListed && !OF_ANY_REQUEST.includes(answer.status)) return [`${answer.status} is not in the document`];
  const status = isListed ? String(answer.status) : "default";
  if (responses[status]?.content?.[type] === undefined) return [`the document has no ${type} for ${answer.status}`];
  if (type !== "application/json") return [];
  const steps = ["paths", found, method.toLowerCase(), "responses", status, "content", type, "schema"];
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  return check(ajv.getSchema(`document#/${pointer}`), body);
}

function check(validate: ValidateFunction | undefined, body: unknown): string[] {
  if (validate === undefined) return ["its schema is not in the document"];
  if (validate(body)) return [];
  return [...new Set((validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`))];
}
