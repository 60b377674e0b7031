/**
 * What the account API has of its own beside the platform's: bodies without an envelope, errors in its own shape, whatever
 * went wrong and wherever.
 */
import type { FastifyInstance } from "fastify";
import { INVALID_KEY_ID } from "../../accounts/checks.ts";
import { AccountRefused } from "../../accounts/refusal.ts";
import { accountRefusalOf, sendRefusal } from "./answers.ts";
import { textOf } from "./basic.ts";

/** The paths that answer in its shapes. */
const PATHS = /^\/(user|base)(\/|\?|$)/;

export function isOfAccounts(url: string): boolean {
  return PATHS.test(url);
}

/** What is said of a path that cannot be read at all: an id that is none, or nothing. */
export function refusalOfUrl(url: string): AccountRefused {
  if (!url.startsWith("/user/api-keys/")) return new AccountRefused("NOT_FOUND");
  return new AccountRefused("VALIDATION_ERROR", { details: [INVALID_KEY_ID] });
}

/** A body as it came; an absent one is none. */
class Body {
  readonly json: unknown;
  constructor(json: unknown) {
    this.json = json;
  }
}

/** @throws {AccountRefused} INVALID_JSON if there is none. */
export function jsonOf({ body }: { body: unknown }): unknown {
  if (body instanceof Body) return body.json;
  throw new AccountRefused("INVALID_JSON");
}

/** Makes a scope of the server speak as the account API does. @param paths Its paths below the prefix, with their methods. */
export function speakAsAccounts(app: FastifyInstance, prefix: string, paths: Readonly<Record<string, string>>): void {
  app.removeAllContentTypeParsers();
  // curl sends JSON as a form unless it is told otherwise.
  app.addContentTypeParser(
    ["application/json", "application/x-www-form-urlencoded"],
    { parseAs: "buffer" },
    (request, bytes, done) => {
      if (bytes.length === 0 && request.method === "DELETE") return done(null, undefined);
      try {
        done(null, new Body(JSON.parse(textOf(bytes as Buffer) ?? "")));
      } catch (cause) {
        done(new AccountRefused("INVALID_JSON", { cause }));
      }
    },
  );
  app.setErrorHandler((error, request, reply) => sendRefusal(request, reply, accountRefusalOf(error)));
  app.setNotFoundHandler((request, reply) => {
    const path = (request.url.split("?")[0] ?? "").slice(prefix.length).replace(/\/$/, "");
    const allowed = Object.entries(paths).find(([pattern]) => new RegExp(`^${pattern}$`).test(path))?.[1];
    if (allowed !== undefined) reply.header("allow", allowed);
    return sendRefusal(request, reply, new AccountRefused(allowed === undefined ? "NOT_FOUND" : "METHOD_NOT_ALLOWED"));
  });
}
