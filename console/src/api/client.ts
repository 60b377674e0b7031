/** Speaks to the platform that serves this page, and turns whatever goes wrong into one kind of error. */
import type { components, paths } from "@luxxon/platform/api";
import createClient, { type Middleware } from "openapi-fetch";

export type Schemas = components["schemas"];
export type Session = Schemas["Session"];
export type Settlement = Schemas["Settlement"];
export type Workspace = Schemas["Workspace"];

/** A refusal of the API in the catalogue's words; or AWAY: nobody answered. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, about: { code: string; status: number; detail?: string; requestId?: string }) {
    super(message);
    this.code = about.code;
    this.status = about.status;
    this.detail = about.detail;
    this.requestId = about.requestId;
  }
}

/** The newest token of a write: what is read after it must have seen it. */
let consistencyToken: string | undefined;

const echo: Middleware = {
  onRequest({ request }) {
    if (consistencyToken !== undefined) request.headers.set("x-lx-consistency-token", consistencyToken);
  },
  onResponse({ response }) {
    consistencyToken = response.headers.get("x-lx-consistency-token") ?? consistencyToken;
  },
};

/** Where this page is served, with its slash: the server says it by <base>. */
export const HERE = new URL(".", document.baseURI);

export const api = createClient<paths>({ baseUrl: HERE.href.replace(/\/$/, "") });
api.use(echo);

interface Enveloped<Data> {
  data?: { data: Data } | undefined;
  error?: unknown;
  response: Response;
}

/**
 * What an answer's envelope holds.
 *
 * @throws {ApiError}
 */
export async function dataOf<Data>(call: Promise<Enveloped<Data>>): Promise<Data> {
  return (await wholeOf(call)).data;
}

/** The same, with what the answer's headers say. */
export async function wholeOf<Data>(call: Promise<Enveloped<Data>>): Promise<{ data: Data; response: Response }> {
  let answer: Enveloped<Data>;
  try {
    answer = await call;
  } catch (cause) {
    throw away(cause);
  }
  const { data, error, response } = answer;
  if (data !== undefined) return { data: data.data, response };
  throw refusalOf(error, response);
}

/** What an answer that is no success says, from its body as it was parsed. */
export function refusalOf(body: unknown, { status, headers }: Response): ApiError {
  const { code, message, detail, requestId } = (typeof body === "object" ? (body ?? {}) : {}) as Record<string, string>;
  // What is in front of the API, and no API, answers like this while it is away.
  if (code === undefined || message === undefined) return away(`status ${status}`);
  return new ApiError(message, { code, status, detail, requestId: requestId ?? headers.get("x-request-id") ?? "" });
}

function away(cause: unknown): ApiError {
  return Object.assign(new ApiError("The platform does not answer.", { code: "AWAY", status: 0 }), { cause });
}

/** The cursor of the page after, if there is one. */
export function nextCursorOf({ headers }: Response): string | undefined {
  const [, next] = /<([^>]+)>;\s*rel="next"/.exec(headers.get("link") ?? "") ?? [];
  return next === undefined ? undefined : (new URL(next, HERE).searchParams.get("cursor") ?? undefined);
}

/** For a request that must not be done twice, however often it is sent. */
export function onceKey(): { "idempotency-key": string } {
  return { "idempotency-key": crypto.randomUUID() };
}
