/**
 * How often somebody may come: by API key, by wallet session, else by address. Generous, because the public client never
 * tries again, and apart for each, so that nobody uses up what is another's. Only a key that was minted here, and a cookie
 * that was signed here, has a budget of its own: made-up ones count for the address that they come from.
 */
import { isIPv6 } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { COOKIE_NAME, sessionIdIn } from "../auth/cookie.ts";
import { keyRegister } from "../keys/register.ts";
import { Refused } from "../refusal.ts";
import type { Context } from "./context.ts";

interface Limit {
  /** Calls… */
  points: number;
  /** … in so many seconds. */
  duration: number;
}

export const LIMITS = {
  /** By a key, or a wallet's session. */
  key: { points: 1_000, duration: 1 },
  /** By address: everything else. */
  address: { points: 1_000, duration: 10 },
  /** By address: what writes without anybody being known: challenges, sign-in, workspaces, the faucet. */
  open: { points: 600, duration: 10 },
  /** By a key, or a wallet's session: what sums over a history. */
  report: { points: 120, duration: 60 },
} as const satisfies Record<string, Limit>;

/** Of a body, bytes. */
export const BODY_LIMIT = 65_536;

type Kind = keyof typeof LIMITS;

/** Whoever watches whether the process runs must not be told to come later. */
const UNLIMITED = /\/health\/live\/?$/;
const OPEN = /\/(challenge|login|workspaces|faucet|signup)\/?$/;
const REPORT = /\/wallet\/days\/?$/;

export function limitCalls(app: FastifyInstance, { db, clock, config }: Context): void {
  const keys = keyRegister(db, clock);
  const limiters = Object.fromEntries(
    Object.entries(LIMITS).map(([name, limit]) => [name, new RateLimiterMemory({ ...limit, keyPrefix: name })]),
  ) as Record<Kind, RateLimiterMemory>;

  const whoseCall = async (request: FastifyRequest, path: string): Promise<{ kind: Kind; key: string }> => {
    const { authorization = "" } = request.headers;
    const isReport = REPORT.test(path);
    const known = await keys.find(authorization.slice("Bearer ".length).trim());
    if (known !== undefined) return { kind: isReport ? "report" : "key", key: known };
    const network = networkOf(request.ip);
    if (request.method === "POST" && OPEN.test(path)) return { kind: "open", key: network };
    const session = sessionIdIn(request.cookies[COOKIE_NAME] ?? "", config.sessionSecrets, clock.now());
    if (session === undefined) return { kind: "address", key: network };
    return { kind: isReport ? "report" : "key", key: session };
  };

  app.addHook("onRequest", async (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    if (UNLIMITED.test(path)) return;
    const { kind, key } = await whoseCall(request, path);
    const { points, duration } = LIMITS[kind];
    reply.header("ratelimit-policy", `"${kind}";q=${points};w=${duration}`);
    try {
      const { remainingPoints, msBeforeNext } = await limiters[kind].consume(key);
      reply.header("ratelimit", `"${kind}";r=${remainingPoints};t=${Math.ceil(msBeforeNext / 1_000)}`);
    } catch (full) {
      if (!(full instanceof RateLimiterRes)) throw full;
      const seconds = Math.max(1, Math.ceil(full.msBeforeNext / 1_000));
      reply.header("ratelimit", `"${kind}";r=0;t=${seconds}`);
      throw new Refused("RATE_LIMITED", `At most ${points} calls in ${duration} s: come again in ${seconds} s.`, {
        detail: kind,
        retryAfter: seconds,
      });
    }
  });
}

/** Who has one IPv6 address has 2^64. */
export function networkOf(ip: string): string {
  const [, v4] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? [];
  if (v4 !== undefined) return v4;
  if (!isIPv6(ip)) return ip;
  const [head = "", tail] = ip.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const all =
    tail === undefined
      ? left
      : [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
  return all
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}
