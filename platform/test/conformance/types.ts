/** Writes the types of our API from its OpenAPI document, by openapi-typescript: for the console, and for this client. */
import { registerHooks } from "node:module";
import type { OpenAPI3 } from "openapi-typescript";

/** Where they are kept. */
export const TYPES_FILE = "platform/src/generated/api.ts";

const HEAD =
  "/** Types of the API, written by `npm run conformance` from its OpenAPI document. Change the schemas instead. */\n";

type Operation = { responses: Record<string, unknown> };

/** @returns The module's text. */
export async function typesOf(document: unknown): Promise<string> {
  // It writes with the compiler's own printer, which is no longer in the newest one.
  const hooks = registerHooks({
    resolve: (name, context, next) => next(name === "typescript" ? "typescript-5.9" : name, context),
  });
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  hooks.deregister();
  // What has a default may be left out of a request.
  const options = { alphabetize: true, defaultNonNullable: false };
  return HEAD + astToString(await openapiTS(withoutRefusals(document as OpenAPI3), options));
}

/** All refusals have one shape, which `default` has too: said again for each status they would be most of the file. */
function withoutRefusals(document: OpenAPI3): OpenAPI3 {
  // Another port is no other API.
  const { servers: _servers, ...copy } = structuredClone(document);
  for (const operations of Object.values(copy.paths ?? {}))
    for (const { responses } of Object.values(operations as Record<string, Operation>))
      for (const status of Object.keys(responses)) if (Number(status) >= 400) delete responses[status];
  return copy;
}
