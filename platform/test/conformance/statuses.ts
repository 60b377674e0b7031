/** Brings each of the 35 operations to each status that the document has for it, by the client that is made of it. */
import { cutDatabase } from "../support/cutDatabase.ts";
import { newPerson, type Person } from "../support/person.ts";
import { newDatabase, openPlatform, type TestPlatform, testParts } from "../support/platform.ts";
import { type Answered, type ApiClient, openClient } from "./client.ts";
import { PUBLIC_OPERATIONS, type PublicOperation } from "./operations.ts";

const PREFIX = "/api/v1";
const UNKNOWN = "00000000-0000-8000-8000-000000000000";
const AT = { lat: 4.71, lng: -74.07 };
const VIDEO = { VIDEO_EVENTS_TOKEN: "video-token", VIDEO_EVENTS_SECRET: "video-secret" };
const VIDEO_HEADER = { "cf-webhook-auth": VIDEO.VIDEO_EVENTS_SECRET };

interface Ids {
  workspaceId: string;
  sessionId: string;
  keyId: string;
  walletAddress: string;
}

interface Request {
  path?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Anything may be asked for, the wrong thing too: its types are for `client.test.ts`. */
async function ask(client: ApiClient, { method, path }: Pick<PublicOperation, "method" | "path">, request: Request) {
  const { path: inPath, query, body, headers } = request;
  const send = client.request as unknown as (
    method: string,
    path: string,
    init: Record<string, unknown>,
  ) => Promise<{ data?: { data?: Record<string, unknown> }; error?: unknown; response: Response }>;
  const { data, response } = await send(method.toLowerCase(), PREFIX + path, {
    params: { path: inPath, query },
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
    ...(path.endsWith("/frame") ? { parseAs: "text" } : {}),
  });
  return { status: response.status, data: data?.data ?? {} };
}

/** What the operation takes, whether it finds it or not. */
function usual({ method, path }: PublicOperation, ids: Ids): Request {
  const params = {
    id: path.startsWith("/sessions") ? ids.sessionId : ids.workspaceId,
    workspaceId: ids.workspaceId,
    sessionId: ids.sessionId,
    keyId: ids.keyId,
    token: VIDEO.VIDEO_EVENTS_TOKEN,
  };
  const signed = { walletAddress: ids.walletAddress, nonce: "0".repeat(32), signature: "0x00" };
  const bodies: Record<string, unknown> = {
    "/auth/wallet/challenge": { walletAddress: ids.walletAddress },
    "/auth/wallet/login": signed,
    "/auth/workspace/select": { workspaceId: ids.workspaceId },
    "/workspaces/challenge": { walletAddress: ids.walletAddress },
    "/workspaces": { slug: "a-slug", name: "Name", roles: ["CONSUMER"], ...signed },
    "/workspaces/{id}": { name: "Name" },
    "/workspaces/{id}/location": { ...AT, sequence: 1 },
    "/workspaces/{workspaceId}/api-keys": { label: "key", environment: "TEST", scopes: ["sessions:read"] },
    "/sessions": { ...AT, maxDurationSeconds: 10 },
    "/video/events/{token}": { data: { input_id: "input", event_type: "live_input.connected" } },
  };
  return {
    path: params,
    ...(path === "/pricing/quote" ? { query: { ...AT, durationSeconds: 10 } } : {}),
    ...(method === "GET" || method === "DELETE" ? {} : { body: bodies[path] ?? {} }),
  };
}

const isKeyless = (path: string) => /^\/auth|\/workspaces$|api-keys/.test(path);

/** @returns What was answered, by operation. */
export async function everyStatus(): Promise<Answered> {
  const answered: Answered = new Map();
  const platform = await openPlatform({ ...VIDEO, TRUSTED_PROXIES: "127.0.0.1" });
  try {
    const [ada, carl] = [await newPerson(platform), await newPerson(platform)];
    await ada.signUp();
    await carl.signUp(["CONSUMER"]);
    await ada.fund(5_000_000n);
    await life(platform, answered, ada);
    await refusals(platform, answered, ada, carl);
    await tooOften(platform, answered, ada);
  } finally {
    await platform.close();
  }
  await withoutVideo(answered);
  await databaseAway(answered);
  return answered;
}

/**
 * Asks until the status comes, and notes that one alone: how soon every part is well, and how long a budget stays used up,
 * is the machine's affair.
 */
async function askUntil(
  api: string,
  answered: Answered,
  operation: Pick<PublicOperation, "method" | "path">,
  { headers = {}, ...request }: Request,
  status: number,
  again: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, 200)),
): Promise<void> {
  const name = `${operation.method} ${PREFIX}${operation.path}`;
  for (let tries = 0; tries < 50; tries++) {
    const once: Answered = new Map();
    await ask(openClient(api, once, headers), operation, request);
    const codes = once.get(name)?.get(status);
    if (codes === undefined) await again();
    else {
      answered.set(name, (answered.get(name) ?? new Map()).set(status, codes));
      return;
    }
  }
  throw new Error(`${name} never answers ${status}`);
}

const op = (line: string) => {
  const [method = "", path = ""] = line.split(" ");
  return { method, path };
};

/** A workspace, a key and two sessions from beginning to end: every success, and every conflict on the way. */
async function life(platform: TestPlatform, answered: Answered, ada: Person): Promise<void> {
  const nobody = openClient(platform.api, answered);
  const cookie = openClient(platform.api, answered, { cookie: ada.cookie });
  const key = openClient(platform.api, answered, { authorization: `Bearer ${ada.apiKey}` });
  const workspace = { id: ada.workspaceId, workspaceId: ada.workspaceId };
  for (const path of ["/config", "/coverage", "/demand"]) await ask(nobody, op(`GET ${path}`), {});
  await askUntil(platform.api, answered, op("GET /health"), {}, 200);

  const proof = async (path: string) => {
    const { data } = await ask(nobody, op(`POST ${path}`), { body: { walletAddress: ada.address } });
    const signature = await ada.account.signMessage({ message: String(data.message) });
    return { walletAddress: ada.address, nonce: data.nonce, signature };
  };
  const slug = `conforms-${process.pid}-${Date.now() % 1_000_000}`;
  for (let i = 0; i < 2; i++)
    await ask(nobody, op("POST /workspaces"), {
      body: { slug, name: "Conforms", roles: ["CONSUMER"], ...(await proof("/workspaces/challenge")) },
    });
  await ask(nobody, op("POST /auth/wallet/login"), { body: await proof("/auth/wallet/challenge") });
  await ask(cookie, op("POST /auth/workspace/select"), { body: { workspaceId: ada.workspaceId } });
  await ask(cookie, op("GET /me"), {});
  await ask(cookie, op("GET /workspaces"), {});
  await ask(key, op("GET /workspaces/{id}"), { path: workspace });
  await ask(key, op("PATCH /workspaces/{id}"), { path: workspace, body: { availabilityState: "ONLINE" } });
  await ask(key, op("PATCH /workspaces/{id}"), { path: workspace, body: { name: "Ada" } });
  for (let i = 0; i < 2; i++)
    await ask(key, op("POST /workspaces/{id}/location"), { path: workspace, body: { ...AT, sequence: 7 } });

  const keys = op("POST /workspaces/{workspaceId}/api-keys");
  for (const label of ["one", "other"])
    await ask(cookie, keys, {
      path: workspace,
      body: { label, environment: "TEST", scopes: ["sessions:read"] },
      headers: { "idempotency-key": "conforms" },
    });
  await ask(cookie, { ...keys, method: "GET" }, { path: workspace });
  const { data: made } = await ask(cookie, keys, {
    path: workspace,
    body: { label: "gone", environment: "TEST", scopes: ["sessions:read"] },
  });
  await ask(cookie, op("POST /workspaces/{workspaceId}/api-keys/{keyId}/revoke"), {
    path: { ...workspace, keyId: String(made.id) },
    body: {},
  });

  const { data: quote } = await ask(key, op("GET /pricing/quote"), { query: { ...AT, durationSeconds: 10 } });
  const quoted = { ...AT, maxDurationSeconds: 10, quoteId: quote.quoteId };
  const { data: session } = await ask(key, op("POST /sessions"), { body: quoted });
  await ask(key, op("POST /sessions"), { body: quoted });
  const path = { id: String(session.id), sessionId: String(session.id) };
  const of = (line: string) => ask(key, op(line), { path, ...(line.startsWith("POST") ? { body: {} } : {}) });
  const tokens = ["GET /sessions/{id}/viewer-token", "GET /sessions/{id}/producer-token"];
  const frame = "GET /sessions/{id}/frame";
  await of("POST /sessions/{id}/accept");
  for (const line of tokens) await of(line);
  await of(frame);
  await of("POST /sessions/{id}/start");
  for (const line of [...tokens, frame, "GET /sessions/{id}"]) await of(line);
  for (const line of ["DELETE /sessions/{id}", "POST /sessions/{id}/end"]) await of(line);
  for (const name of ["accept", "start", "dispatch", "end"]) await of(`POST /sessions/{id}/${name}`);
  for (const list of ["/sessions", "/wallet", "/wallet/events"]) await ask(key, op(`GET ${list}`), {});
  await of("GET /settlements/{sessionId}");

  const { data: next } = await ask(key, op("POST /sessions"), { body: { ...AT, maxDurationSeconds: 10 } });
  const later = { path: { id: String(next.id) } };
  await ask(key, op("POST /sessions/{id}/dispatch"), { ...later, body: {} });
  await ask(key, op("PATCH /workspaces/{id}"), {
    path: workspace,
    body: { availabilityState: "ONLINE", coverageLat: AT.lat, coverageLng: AT.lng, coverageRadiusMeters: 100 },
  });
  await ask(key, op("POST /sessions/{id}/dispatch"), { ...later, body: {} });
  await ask(key, op("POST /sessions/cancel-all-assignments"), { body: {} });
  const { data: last } = await ask(key, op("POST /sessions"), { body: { ...AT, maxDurationSeconds: 10 } });
  await ask(key, op("DELETE /sessions/{id}"), { path: { id: String(last.id) } });
  const video = openClient(platform.api, answered, VIDEO_HEADER);
  await ask(video, op("POST /video/events/{token}"), { path: { token: VIDEO.VIDEO_EVENTS_TOKEN }, body: {} });
  await ask(cookie, op("POST /auth/logout"), { headers: { "sec-fetch-site": "cross-site" } });
  await ask(cookie, op("POST /auth/logout"), {});
  await ada.login();
}

/** Each operation by those who may not, with what there is not, and with what it cannot read. */
async function refusals(platform: TestPlatform, answered: Answered, ada: Person, carl: Person): Promise<void> {
  const client = (headers: Record<string, string>) => openClient(platform.api, answered, headers);
  const nobody = client({});
  const cookie = client({ cookie: ada.cookie });
  const key = client({ authorization: `Bearer ${ada.apiKey}`, ...VIDEO_HEADER });
  const narrow = client({ authorization: `Bearer ${await ada.mintKey(["pricing:read"])}` });
  const poor = client({ authorization: `Bearer ${await ada.mintKey(["wallet:read"])}` });
  const others = client({ authorization: `Bearer ${carl.apiKey}` });
  const { data: session } = await ask(key, op("POST /sessions"), { body: { ...AT, maxDurationSeconds: 10 } });
  const ids: Ids = {
    workspaceId: ada.workspaceId,
    sessionId: String(session.id),
    keyId: UNKNOWN,
    walletAddress: ada.address,
  };
  const unknown: Ids = { ...ids, workspaceId: UNKNOWN, sessionId: UNKNOWN };
  const huge = { filler: "x".repeat(70_000) };

  for (const operation of PUBLIC_OPERATIONS) {
    const { method, path } = operation;
    const request = usual(operation, ids);
    const isOpen = /^\/(health|config|coverage|demand|auth\/(wallet|logout)|workspaces\/challenge)/.test(path);

    if (method === "GET") {
      const badPath = Object.fromEntries(Object.keys(request.path ?? {}).map((name) => [name, "x"]));
      if (path.includes("{") || /^\/(pricing|sessions|wallet|workspaces)/.test(path))
        await ask(key, operation, { path: badPath, query: { workspaceId: "x", limit: 0 } });
    } else {
      await ask(key, operation, { ...request, body: [] });
      await ask(key, operation, { ...request, body: huge });
      await ask(key, operation, { ...request, body: {}, headers: { "content-type": "text/plain" } });
    }

    // Nobody; then those who are somebody, and may not.
    if (!isOpen || path.endsWith("/login")) await ask(nobody, operation, request);
    if (path === "/auth/workspace/select") await ask(client({ cookie: carl.cookie }), operation, request);
    else if (/^\/(sessions\/\{|settlements|workspaces)/.test(path) && path !== "/workspaces/challenge")
      await ask(others, operation, request);
    if (/^\/(sessions|settlements|wallet)/.test(path)) await ask(narrow, operation, request);
    if (path === "/pricing/quote") await ask(poor, operation, request);

    // What there is not: an id in the path, or a workspace that a wallet names.
    if (/\{(id|sessionId|workspaceId)\}/.test(path))
      await ask(isKeyless(path) || path.startsWith("/workspaces") ? cookie : key, operation, usual(operation, unknown));
    if (path.endsWith("/revoke") || path === "/auth/workspace/select")
      await ask(cookie, operation, usual(operation, path.endsWith("/revoke") ? ids : unknown));
    if (["/pricing/quote", "/sessions", "/wallet", "/wallet/events"].includes(path) && method === "GET")
      await ask(cookie, operation, { ...request, query: { ...request.query, workspaceId: UNKNOWN } });
    if (path === "/sessions" && method === "POST")
      await ask(cookie, operation, { body: { ...(request.body as object), quoteId: UNKNOWN } });
    if (path === "/sessions/cancel-all-assignments") await ask(cookie, operation, { body: { workspaceId: UNKNOWN } });
  }
  await ask(others, op("POST /sessions"), { body: { ...AT, maxDurationSeconds: 10 } });
  await ask(key, op("POST /sessions"), { body: { ...AT, maxDurationSeconds: 86_400 } });
  await ask(key, op("DELETE /sessions/{id}"), { path: { id: ids.sessionId } });
}

/** Everything, from an address that has used up what it may ask. */
async function tooOften(platform: TestPlatform, answered: Answered, ada: Person): Promise<void> {
  const headers = { "x-forwarded-for": "203.0.113.77" };
  const ids: Ids = { workspaceId: UNKNOWN, sessionId: UNKNOWN, keyId: UNKNOWN, walletAddress: ada.address };
  // By hand, for speed. Both budgets of an address: what writes without anybody being known, and all else.
  const useUp = async () => {
    for (const [method, path, most] of [
      ["HEAD", "/config", 1_000],
      ["POST", "/auth/wallet/challenge", 600],
    ] as const)
      for (let sent = 0; sent <= most; sent += 100)
        await Promise.all(
          Array.from({ length: 100 }, () => fetch(platform.api + path, { method, headers }).then((it) => it.text())),
        );
  };
  for (const operation of PUBLIC_OPERATIONS)
    await askUntil(platform.api, answered, operation, { ...usual(operation, ids), headers }, 429, useUp);
}

/** A platform that no video backend speaks to. */
async function withoutVideo(answered: Answered): Promise<void> {
  const platform = await openPlatform();
  const path = { token: VIDEO.VIDEO_EVENTS_TOKEN };
  await ask(openClient(platform.api, answered), op("POST /video/events/{token}"), { path, body: {} });
  await platform.close();
}

/** Everything once the database is away. */
async function databaseAway(answered: Answered): Promise<void> {
  const { env } = await testParts();
  const line = await cutDatabase(await newDatabase(env.DATABASE_URL ?? ""));
  const platform = await openPlatform({ DATABASE_URL: line.url, ...VIDEO });
  try {
    const ada = await newPerson(platform);
    await ada.signUp();
    const ids: Ids = { ...ada, sessionId: UNKNOWN, keyId: UNKNOWN, walletAddress: ada.address };
    const clients = { cookie: ada.cookie, key: `Bearer ${ada.apiKey}` };
    const cookie = openClient(platform.api, answered, { cookie: clients.cookie });
    const key = openClient(platform.api, answered, { authorization: clients.key, ...VIDEO_HEADER });
    await line.cut();
    for (const operation of PUBLIC_OPERATIONS.filter(({ path }) => path !== "/health"))
      await ask(isKeyless(operation.path) ? cookie : key, operation, usual(operation, ids));
    await askUntil(platform.api, answered, op("GET /health"), {}, 503);
  } finally {
    await platform.close();
  }
}
