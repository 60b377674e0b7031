/** Writes the types of the API from its OpenAPI document: what the page sends and gets is what the server validates by. */
import { registerHooks } from "node:module";

interface Operation {
  responses?: Record<string, unknown>;
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

const HEAD = `/** The API's types, written from its OpenAPI document by \`npm run console -- --types\`. Change the server's schemas instead. */\n`;

/** @returns The module's text. */
export async function typesOf(document: OpenApiDocument): Promise<string> {
  // It writes with the compiler's own printer, which is no longer in the newest one.
  registerHooks({
    resolve: (name, context, next) => next(name === "typescript" ? "typescript-5.9" : name, context),
  });
  const { default: read, astToString } = await import("openapi-typescript");
  const tree = await read(withoutRefusals(document) as unknown as Parameters<typeof read>[0]);
  return HEAD + astToString(tree);
}

/** Without what would make the file long or unsteady: every refusal has the same body, which `default` describes; saying it again for each status makes the file five times as long. */
function withoutRefusals(document: OpenApiDocument): OpenApiDocument {
  const copy = structuredClone(document);
  for (const operations of Object.values(copy.paths))
    for (const { responses = {} } of Object.values(operations))
      for (const status of Object.keys(responses)) if (/^[45]/.test(status)) delete responses[status];
  // In which order the server comes to its schemas depends on what was loaded before.
  const { schemas = {} } = copy.components ?? {};
  if (copy.components !== undefined)
    copy.components.schemas = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return copy;
}
