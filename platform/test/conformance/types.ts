/** Writes the types of a client of the public platform's operations from our OpenAPI document, by openapi-typescript. */
import { registerHooks } from "node:module";
import type { OpenAPI3 } from "openapi-typescript";
import { PUBLIC_OPERATIONS } from "./operations.ts";

/** Where they are kept. */
export const TYPES_FILE = "platform/test/conformance/generated/api.ts";

type Operations = Record<string, { responses: Record<string, unknown> }>;

export async function typesOf(document: unknown): Promise<string> {
  // It writes with the compiler's own printer, which is no longer in the newest one.
  const hooks = registerHooks({
    resolve: (name, context, next) => next(name === "typescript" ? "typescript-5.9" : name, context),
  });
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  hooks.deregister();
  const nodes = await openapiTS(ofPublicOperations(document as OpenAPI3), {
    alphabetize: true,
    defaultNonNullable: false,
  });
  return `// Written by npm run conformance from the platform's OpenAPI document.\n\n${astToString(nodes)}`;
}

function ofPublicOperations(document: OpenAPI3): OpenAPI3 {
  // Another port is no other API.
  const { servers: _servers, paths = {}, components, ...rest } = structuredClone(document);
  const kept: Record<string, Operations> = {};
  for (const path of new Set(PUBLIC_OPERATIONS.map((operation) => `/api/v1${operation.path}`))) {
    const operations = paths[path] as unknown as Operations;
    // All errors have one shape, which `default` has too: eight times for each operation it would be most of the file.
    for (const { responses } of Object.values(operations))
      for (const status of Object.keys(responses)) if (Number(status) >= 400) delete responses[status];
    kept[path] = operations;
  }
  const text = JSON.stringify(kept);
  const schemas = Object.entries(components?.schemas ?? {});
  const used = Object.fromEntries(schemas.filter(([name]) => text.includes(`"#/components/schemas/${name}"`)));
  return { ...rest, paths: kept, components: { schemas: used } } as unknown as OpenAPI3;
}
