/** Builds the HTTP server: how bodies are read, what every answer carries, how refusals look, and who may come how often. */
import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { Refused } from "../refusal.ts";
import { sendRefusal } from "./accounts/answers.ts";
import { isOfAccounts, refusalOfUrl } from "./accounts/plugin.ts";
import type { Context } from "./context.ts";
import { ERRORS, refusedBy, sendError } from "./errors.ts";
import { limitCalls } from "./limits.ts";
import { routes } from "./routes/index.ts";

export type App = FastifyInstance;

const BODY_LIMIT = 65_536;

export async function buildApp(context: Context): Promise<App> {
  const { config, log, entropy } = context;
  const publicUrl = config.publicUrl.href.replace(/\/$/, "");
  const refuse = (request: FastifyRequest, reply: FastifyReply, refused: Refused) =>
    sendError(request, reply, refused, publicUrl);

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
    http: { connectionsCheckingInterval: 1_000, headersTimeout: 10_000, requestTimeout: 20_000 },
    frameworkErrors: (error, request, reply) =>
      isOfAccounts(request.url)
        ? void sendRefusal(request as FastifyRequest, reply as FastifyReply, refusalOfUrl(request.url))
        : void refuse(request as FastifyRequest, reply as FastifyReply, refusedBy(error)),
    clientErrorHandler(error, socket) {
      if (!socket.writable || socket.destroyed) return;
      const { code } = error as { code?: string };
      const late = code === "ERR_HTTP_REQUEST_TIMEOUT";
      const [status, text, errorCode] = late
        ? [408, "Request Timeout", "TIMEOUT"]
        : code === "HPE_HEADER_OVERFLOW"
          ? [431, "Request Header Fields Too Large", "INVALID_INPUT"]
          : [400, "Bad Request", "INVALID_INPUT"];
      const message = late ? "The request took too long to arrive." : "This is no HTTP request.";
      const body = JSON.stringify({
        statusCode: status,
        code: errorCode,
        message,
        retryable: late,
        docUrl: `${publicUrl}/docs#${errorCode}`,
        requestId: entropy.uuid(),
        timestamp: new Date().toISOString(),
      });
      socket.end(
        `HTTP/1.1 ${status} ${text}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>();

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
    request.body ??= {};
    if (typeof request.body !== "object" || Array.isArray(request.body))
      throw new Refused("INVALID_INPUT", "The body is no JSON object.", { detail: "body" });
  });

  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    reply.header("x-content-type-options", "nosniff");
    reply.header("cache-control", "no-store");
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method, url, id } = request;
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

  await app.register(cookie);
  await app.register(cors, {
    origin: [...config.allowedOrigins],
    credentials: true,
    methods: ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"],
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
    transformObject: jsonSchemaTransformObject,
  });

  // Which methods a path has, for what is asked by another.
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>();
    for (const it of [method].flat()) known.add(it);
    methods.set(url, known);
  });
  limitCalls(app, context);

  app.setErrorHandler((error, request, reply) => {
    const refused = hasZodFastifySchemaValidationErrors(error) ? invalid(error.validation) : refusedBy(error);
    request.refusal = refused.code;
    const { status } = ERRORS[refused.code];
    if (status >= 500)
      log[status === 500 ? "error" : "warn"]({ reqId: request.id, code: refused.code, err: refused.cause ?? refused });
    return refuse(request, reply, refused);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "/";
    const allowed = [...methods].filter(([pattern]) => matches(pattern, path)).flatMap(([, known]) => [...known]);
    request.refusal = allowed.length > 0 ? "METHOD_NOT_ALLOWED" : "NOT_FOUND";
    if (allowed.length === 0)
      return refuse(request, reply, new Refused("NOT_FOUND", "There is nothing at this path.", { detail: "path" }));
    reply.header("allow", [...new Set(allowed)].join(", "));
    return refuse(
      request,
      reply,
      new Refused("METHOD_NOT_ALLOWED", `This path does not take ${request.method}.`, { detail: "method" }),
    );
  });

  await routes(app, context);
  await app.ready();
  return app as unknown as App;
}

declare module "fastify" {
  interface FastifyRequest {
    /** The code of the error that was answered, for the log. */
    refusal: string | undefined;
  }
}

function invalid(validation: readonly { instancePath: string; message?: string | undefined }[]): Refused {
  const [first] = validation;
  const field = first?.instancePath.replace(/^\//, "").replaceAll("/", ".") || "body";
  return new Refused("INVALID_INPUT", `${field}: ${first?.message ?? "is not what it should be"}`, { detail: field });
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.replace(/(?<=.)\/$/, "").split("/")];
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(":") || part === given[i]);
}
