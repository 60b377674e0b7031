/** Writes the types of our API's clients from its OpenAPI document, by openapi-typescript. */
import { registerHooks } from "node:module";
import type { OpenAPI3 } from "openapi-typescript";

type Paths = Record<string, Record<string, { responses: Record<string, unknown> }>>;

/** Where they are kept. */
export const TYPES_FILE = "platform/test/conformance/generated/api.ts";

export async function typesOf(document: unknown): Promise<string> {
  // It writes with the compiler's own printer, which is no longer in the newest one.
  const hooks = registerHooks({
    resolve: (name, context, next) => next(name === "typescript" ? "typescript-5.9" : name, context),
  });
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  hooks.deregister();
  // Another port is no other API.
  const { servers: _servers, ...rest } = structuredClone(document) as OpenAPI3;
  // All errors have one shape, which `default` has too: eight times for each operation it would be most of the file.
  for (const operations of Object.values((rest.paths ?? {}) as Paths))
    for (const { responses } of Object.values(operations))
      for (const status of Object.keys(responses)) if (Number(status) >= 400) delete responses[status];
  const nodes = await openapiTS(rest as OpenAPI3, { alphabetize: true, defaultNonNullable: false });
  return `// Written by npm run conformance from the platform's OpenAPI document.\n\n${astToString(nodes)}`;
}
