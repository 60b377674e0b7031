/** Reading a live chain. Nothing here holds a key or sends. */
import { BaseError, createPublicClient, custom, HttpRequestError, http, type PublicClient, TimeoutError } from "viem";
import type { BaseChain } from "../baseChains.ts";
import { UsageError } from "../usageError.ts";
import { withoutUser } from "./checkEndpoint.ts";
import type { Endpoint } from "./endpoint.ts";

export type ReadClient = PublicClient;

/** A client with the endpoint's patience: whatever viem asks goes through `ask`, and what `ask` throws is its errors' cause. */
export function clientOf(endpoint: Endpoint): ReadClient {
  const request = ({ method, params = [] }: { method: string; params?: readonly unknown[] }) =>
    endpoint.ask(method, params);
  // Blocks come five a second: what was the last one a moment ago is not.
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 });
}

/** A client of an endpoint. */
export function readClientOf(rpcUrl: string): ReadClient {
  const { bare, headers } = withoutUser(new URL(rpcUrl));
  // Blocks come five a second: what was the last one a moment ago is not.
  return createPublicClient({ transport: http(bare.href, { fetchOptions: { headers } }), cacheTime: 0 });
}

/** Whether nobody answered at all, so that asking for less is of no use. */
export function isUnreachable(error: unknown): boolean {
  const failed = causeOf(error, HttpRequestError);
  // With a status somebody did answer. Some endpoints refuse a wide range by closing the connection in mid-answer.
  return failed !== undefined && failed.status === undefined;
}

/** Whether the endpoint only wants to be asked less often. */
export function isRateLimited(error: unknown): boolean {
  if (causeOf(error, HttpRequestError)?.status === 429) return true;
  const details = causeOf(error, BaseError, "RpcRequestError")?.details ?? "";
  return /rate.?limit|too many requests/i.test(details);
}

/**
 * What went wrong between here and the endpoint, in a line; undefined if the endpoint is not the reason. It never holds
 * the URL, whose path is often a key.
 */
export function endpointProblem(base: BaseChain, error: unknown): UsageError | undefined {
  const http = causeOf(error, HttpRequestError);
  const timeout = causeOf(error, TimeoutError);
  const refused = causeOf(error, BaseError, "RpcRequestError");
  const why =
    timeout !== undefined
      ? "does not answer in time"
      : isRateLimited(error)
        ? "limits the rate of requests"
        : http !== undefined
          ? `cannot be used: ${http.status === undefined ? codeOf(http) : `HTTP ${http.status}`}`
          : refused !== undefined
            ? `refuses: ${refused.details}`
            : undefined;
  return why === undefined ? undefined : new UsageError(`${base.rpcUrlVariable}: the endpoint ${why}.`);
}

function causeOf<T extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => T,
  name?: string,
): T | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof type && (name === undefined || at.name === name)) return at;
  }
  return undefined;
}

/** Why fetch failed: it says so in the innermost cause only. */
function codeOf(error: Error): string {
  let innermost: Error = error;
  while (innermost.cause instanceof Error) innermost = innermost.cause;
  return "code" in innermost && typeof innermost.code === "string" ? innermost.code : "it cannot be reached";
}
