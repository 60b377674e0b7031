/** A client made of our OpenAPI document by openapi-typescript and openapi-fetch, as anybody makes one; it notes each answer. */
import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../../src/generated/api.ts";
import { documentedAnswer } from "../support/document.ts";

export type ApiClient = Client<paths>;

/** By method and path: each status, and the codes that came with it. */
export type Answered = Map<string, Map<number, Set<string>>>;

/** @throws at an answer that the document does not have. */
export function openClient(api: string, answered: Answered, headers: Record<string, string> = {}): ApiClient {
  const client = createClient<paths>({ baseUrl: new URL(api).origin, headers });
  client.use({
    async onResponse({ request: { method, url }, schemaPath, response }) {
      const type = response.headers.get("content-type");
      const isJson = (type ?? "").startsWith("application/json");
      const body = isJson ? ((await response.clone().json()) as { code?: string }) : {};
      const { status } = response;
      const faults = await documentedAnswer(api, method, new URL(url).pathname, { status, type }, body);
      if (faults.length > 0) throw new Error(`${method} ${url} → ${status}: ${faults.join("; ")}`);
      const statuses = answered.get(`${method} ${schemaPath}`) ?? new Map<number, Set<string>>();
      const codes = statuses.get(status) ?? new Set();
      if (body.code !== undefined) codes.add(body.code);
      answered.set(`${method} ${schemaPath}`, statuses.set(status, codes));
    },
  });
  return client;
}
