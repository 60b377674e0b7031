/** Builds the HTTP server: how bodies are read, what every answer carries, how refusals look, and who may come how often. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { type Code, Refused } from "../refusal.ts";
import { sendRefusal } from "./accounts/answers.ts";
import { isOfAccounts, refusalOfUrl } from "./accounts/plugin.ts";
import type { Context } from "./context.ts";
import { completeDocument } from "./document.ts";
import { ERRORS, errorBody, refusedBy, sendError } from "./errors.ts";
import { BODY_LIMIT, limitCalls } from "./limits.ts";
import { routes } from "./routes/index.ts";

export type App = FastifyInstance;

/** What some path or other takes. */
const METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"];
/** How long requests that are under way may take once the server closes, ms. */
const CLOSE_MS = 5_000;

export async function buildApp(context: Context): Promise<App> {
  const { config, log, entropy, onAnswer } = context;
  const publicUrl = config.publicUrl.href.replace(/\/$/, "");
  const refuse = (request: FastifyRequest, reply: FastifyReply, refused: Refused) =>
    sendError(request, reply, refused, publicUrl);

  const logRefused = (request: Record<string, unknown>, code: Code) =>
    log.info({ ...request, status: ERRORS[code].status, code });

  /** Answers what has come to no route, and closes. */
  const endBy = (refused: Refused, socket: Duplex, about: Record<string, unknown>) => {
    const requestId = entropy.uuid();
    logRefused({ reqId: requestId, ...about }, refused.code);
    if (!socket.writable || socket.destroyed) return;
    const body = errorBody(refused, requestId, publicUrl);
    const text = JSON.stringify(body);
    const head = [
      `HTTP/1.1 ${body.statusCode} ${STATUS_CODES[body.statusCode]}`,
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(text)}`,
      `x-request-id: ${requestId}`,
      "x-content-type-options: nosniff",
      ...(refused.code === "METHOD_NOT_ALLOWED" ? [`allow: ${METHODS.join(", ")}`] : []),
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${text}`);
  };

  const app = Fastify({
    loggerInstance: log,
    // One line a request, from a hook of our own.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    // Whatever a client sends as its request id goes into the log.
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : entropy.uuid();
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 256 },
    // Without a Host header Node itself would answer, in words of its own.
    http: {
      connectionsCheckingInterval: 1_000,
      headersTimeout: 10_000,
      requireHostHeader: false,
    },
    // Not among those: fastify sets it anew, to none.
    requestTimeout: 15_000,
    frameworkErrors(error, request, reply) {
      const refused = refusedBy(error);
      if (isOfAccounts(request.url))
        void sendRefusal(request as FastifyRequest, reply as FastifyReply, refusalOfUrl(request.url));
      else refuse(request as FastifyRequest, reply as FastifyReply, refused);
      logRefused({ reqId: request.id, method: request.method, url: request.url.split("?")[0] }, refused.code);
    },
    clientErrorHandler(error, socket) {
      const { code } = error as { code?: string };
      endBy(unreadable(code), socket, { cause: code });
    },
  }).withTypeProvider<ZodTypeProvider>();
  // Node would answer, or not, in its own way: an expectation that nobody knows is nothing to refuse, a tunnel is.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.server.on("connect", ({ url }, socket) => {
    // Nobody else listens on it any more, and what nobody hears ends the process.
    socket.on("error", () => socket.destroy());
    const refused = new Refused("METHOD_NOT_ALLOWED", "Nobody is connected through here.", { detail: "method" });
    endBy(refused, socket, { url });
  });

  app.setValidatorCompiler(validatorCompiler);
  // Answers are made by `views.ts` and held against their schemas by the tests, not anew for each request.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  // curl sends JSON as a form unless it is told otherwise; what is no JSON is refused all the same.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["application/json", "application/x-www-form-urlencoded"],
    { parseAs: "string" },
    (_request, body, done) => {
      if (body === "") return done(null, undefined);
      try {
        done(null, JSON.parse(body as string));
      } catch (cause) {
        done(new Refused("INVALID_INPUT", "The body is no JSON.", { detail: "body", cause }));
      }
    },
  );
  app.addHook("preValidation", async (request) => {
    // An absent body is an empty one.
    request.body ??= request.routeOptions.config.acceptPost === undefined ? {} : "";
    if (typeof request.body === "string" && request.routeOptions.config.acceptPost !== undefined) return;
    if (typeof request.body !== "object" || Array.isArray(request.body))
      throw new Refused("INVALID_INPUT", "The body is no JSON object.", { detail: "body" });
  });
  app.addHook("preHandler", async ({ url, body, query, params }) => {
    // The account API has its own words for this.
    if (!isOfAccounts(url)) refuseUnstorable(body, query, params);
  });

  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("x-content-type-options", "nosniff");
    reply.header("cache-control", "no-store");
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method, url, id } = request;
    onAnswer(request.is404 ? undefined : request.routeOptions.url, method, reply.statusCode, reply.elapsedTime / 1_000);
    log.info({
      reqId: id,
      method,
      url: url.split("?")[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      code: request.refusal,
    });
  });
  app.decorateRequest("refusal");
  app.decorateRequest("principal");

  // Before any route is there: each keeps what stands when it comes.
  app.setErrorHandler((error, request, reply) => {
    const refused = hasZodFastifySchemaValidationErrors(error) ? invalid(error.validation) : refusedBy(error);
    request.refusal = refused.code;
    const { status } = ERRORS[refused.code];
    if (status >= 500)
      log[status === 500 ? "error" : "warn"]({ reqId: request.id, code: refused.code, err: refused.cause ?? refused });
    return refuse(request, reply, refused);
  });
  // Never reached: the hook above answers. Without it fastify would have words of its own.
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, new Refused("NOT_FOUND", "There is nothing at this path.")),
  );

  // Which methods a path has, for what is asked by another.
  const methods = new Map<string, { names: Set<string>; acceptPost: string | undefined }>();
  app.addHook("onRoute", ({ url, method, config }) => {
    const known = methods.get(url) ?? { names: new Set<string>(), acceptPost: undefined };
    for (const it of [method].flat()) known.names.add(it);
    known.acceptPost ??= config?.acceptPost;
    methods.set(url, known);
  });
  /** @throws {Refused} NOT_FOUND */
  const sayAllowed = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = pathOf(request);
    const patterns = methods.has(path) ? [path] : [...methods.keys()].filter((pattern) => matches(pattern, path));
    const found = patterns.flatMap((pattern) => methods.get(pattern) ?? []);
    const names = new Set([...found.flatMap((known) => [...known.names]), "OPTIONS"]);
    const acceptPost = found.find((known) => known.acceptPost !== undefined)?.acceptPost;
    if (acceptPost !== undefined) reply.header("accept-post", acceptPost);
    if (found.length > 0) return void reply.header("allow", [...names].join(", "));
    throw new Refused("NOT_FOUND", "There is nothing at this path.", { detail: "path" });
  };
  // One that is no browser's preflight asks which methods there are.
  app.addHook("onRequest", async (request, reply) => {
    const { method, headers } = request;
    if (
      method !== "OPTIONS" ||
      (headers.origin !== undefined && headers["access-control-request-method"] !== undefined)
    )
      return;
    sayAllowed(request, reply);
    return reply.code(204).send();
  });

  await app.register(cookie);
  await app.register(cors, {
    origin: [...config.allowedOrigins],
    credentials: true,
    methods: METHODS,
    allowedHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "x-lx-consistency-token",
      "x-request-id",
      "x-api-key",
    ],
    exposedHeaders: [
      "x-lx-consistency-token",
      "x-request-id",
      "idempotent-replayed",
      "retry-after",
      "ratelimit",
      "ratelimit-policy",
      "link",
      "deprecation",
      "sunset",
    ],
    maxAge: 600,
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Luxxon", version: "v1", description: "Live video by the second, paid in USDC on Base." },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", bearerFormat: "lxxn_*" },
          walletSession: { type: "apiKey", in: "cookie", name: "lx_session" },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: completeDocument,
  });

  limitCalls(app, context);
  // Before a body is read: what nobody takes needs none.
  app.addHook("onRequest", async (request, reply) => {
    if (isOfAccounts(request.url)) return;
    // What is written out is no parameter's value: `/sessions/cancel-all-assignments` is no session.
    const path = pathOf(request);
    if (!request.is404 && (request.routeOptions.url === path || !methods.has(path))) return;
    sayAllowed(request, reply);
    throw new Refused("METHOD_NOT_ALLOWED", `This path does not take ${request.method}.`, { detail: "method" });
  });

  // Whoever does not read on must not keep the process from ending.
  app.addHook("preClose", async () => void setTimeout(() => app.server.closeAllConnections(), CLOSE_MS).unref());
  await routes(app, context);
  await app.ready();
  return app as unknown as App;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** What this path takes instead of JSON, as it is. */
    acceptPost?: string;
  }
  interface FastifyRequest {
    /** The code of the error that was answered, for the log. */
    refusal: string | undefined;
    /** Who was found to be calling. */
    principal: string | undefined;
  }
}

function invalid(validation: readonly { instancePath: string; message?: string | undefined }[]): Refused {
  const [first] = validation;
  const field = first?.instancePath.replace(/^\//, "").replaceAll("/", ".") || "body";
  return new Refused("INVALID_INPUT", `${field}: ${first?.message ?? "is not what it should be"}`, { detail: field });
}

/** Without the query, and without a slash at its end. */
function pathOf(request: FastifyRequest): string {
  return (request.url.split("?")[0] ?? "/").replace(/(?<=.)\/$/, "");
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length > 2 && wanted.at(-1) === "*")
    return given.length >= wanted.length && wanted.slice(0, -1).every((part, i) => part === given[i]);
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(":") ? given[i] !== "" : part === given[i]))
  );
}

/** What cannot be read as a request at all. */
function unreadable(code: string | undefined): Refused {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Refused("TIMEOUT", "The request took too long to arrive.");
  if (code === "HPE_HEADER_OVERFLOW") return new Refused("HEADERS_TOO_LARGE", "The headers are larger than 16 KiB.");
  return new Refused("INVALID_INPUT", "This is no HTTP request.", { detail: "request" });
}

/** Refuses strings that Postgres cannot keep as they are: with U+0000, or with half of a surrogate pair. */
function refuseUnstorable(...parts: unknown[]): void {
  const left: [path: string, value: unknown][] = parts.map((part) => ["", part]);
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [path, value] = next;
    if (typeof value === "string" && (value.includes("\0") || /\p{Surrogate}/u.test(value)))
      throw new Refused("INVALID_INPUT", `${path}: holds U+0000, or half of a surrogate pair`, { detail: path });
    if (typeof value !== "object" || value === null) continue;
    for (const [name, it] of Object.entries(value)) left.push([path === "" ? name : `${path}.${name}`, it]);
  }
}
