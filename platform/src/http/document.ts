/** Completes the published OpenAPI document with what the routes' schemas do not say. */
import { jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { PREFIX } from "./routes/route.ts";

interface Operation {
  operationId?: string;
  requestBody?: { required?: boolean; content?: Record<string, { schema?: { required?: string[] } }> };
  responses?: Record<string, unknown>;
  security?: Record<string, never[]>[];
}

interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

/** How a body is refused that no schema has seen. */
const OF_BODIES = {
  400: "The request is not as described",
  413: "The body is larger than 64 KiB",
  415: "The body is of another type than JSON",
};

/** What proves who calls is in the body or the path, and 401 says that it does not. */
const PROVEN_OTHERWISE =
  /^(post (\/auth\/wallet\/login|\/workspaces|\/video\/events\/\{token\})|(post|delete) \/media\/.*)$/;

export const completeDocument: typeof jsonSchemaTransformObject = (input) => {
  const document = jsonSchemaTransformObject(input) as Document;
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    const place = path.slice(PREFIX.length);
    for (const [method, operation] of Object.entries(operations)) {
      const { requestBody, responses = {} } = operation;
      operation.operationId ??= nameOf(method, place);
      const isGuarded = responses["401"] !== undefined && !PROVEN_OTHERWISE.test(`${method} ${place}`);
      operation.security = isGuarded ? [{ apiKey: [] }, { walletSession: [] }] : [];
      if (requestBody !== undefined) {
        const json = requestBody.content?.["application/json"];
        // What is no JSON has no fields that could be left out.
        requestBody.required = json === undefined || (json.schema?.required?.length ?? 0) > 0;
      }
      const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
      if (method !== "get")
        for (const [status, description] of Object.entries(OF_BODIES)) responses[status] ??= { description, content };
      // Any path may be asked by another method, or too slowly; and nobody is without faults.
      responses.default = { description: "Any other error", content };
      openUp(responses);
    }
  }
  const schemas = document.components?.schemas ?? {};
  openUp(schemas);
  const text = JSON.stringify(document);
  for (const name of Object.keys(schemas))
    if (name.endsWith("Input") && !text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  // In which order the routes come to their schemas depends on what was loaded before.
  const inOrder = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  if (document.components !== undefined) document.components.schemas = Object.fromEntries(inOrder);
  return document as ReturnType<typeof jsonSchemaTransformObject>;
};

/** Answers may have fields that are not described yet. */
function openUp(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  if ("additionalProperties" in schema && schema.additionalProperties === false) delete schema.additionalProperties;
  for (const part of Object.values(schema)) openUp(part);
}

/** `get /sessions/{id}` → `getSessionsById` */
function nameOf(method: string, place: string): string {
  const words = place.split(/[/-]/).filter((word) => word !== "");
  return words.reduce((name, word) => {
    const parameter = /^\{(.*)\}$/.exec(word)?.[1];
    return name + (parameter === undefined ? capital(word) : `By${capital(parameter)}`);
  }, method);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
