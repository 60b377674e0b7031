/** What can be wrong with an endpoint, told from what it answers. Every node and every provider has its own words. */
import { UsageError } from "../usageError.ts";

/**
 * - `rate`: too many requests; the same request will do later.
 * - `range`: the answer would be too large, or takes too long: ask for less.
 * - `pruned`: the node has thrown away what was asked for.
 * - `method`: the node does not have the method.
 * - `transient`: the network or the node had a bad moment.
 * - `refused`: anything else.
 */
export type ProblemKind = "rate" | "range" | "pruned" | "method" | "transient" | "refused";

/** Why a request was not answered. */
export class RequestProblem extends Error {
  override readonly name = "RequestProblem";
  readonly kind: ProblemKind;
  /** What was asked. */
  readonly method: string;
  /** Of a `Retry-After` header, in ms. */
  readonly retryAfterMs: number | undefined;

  /** @param cause The error as JSON-RPC has it: viem decodes a revert from its data. */
  constructor(kind: ProblemKind, method: string, message: string, retryAfterMs?: number, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.method = method;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The endpoint says things that cannot all be true. */
export function contradiction(where: string, what: string): UsageError {
  return new UsageError(`${where} contradicts itself: ${what}. Nothing that it says can be relied on.`);
}

const PRUNED =
  /prun|missing trie node|histor\w+ (state )?(is )?(not available|unavailable)|state (is |histories )?not available|no state available|data before .* not available|receipts? not available|archive|block is out of range|older than/i;
const RATE =
  /rate.?limit|too many requests|request limit|requests? per second|call rate|throughput|compute units|capacity|quota/i;
const RANGE =
  /block range|ranges? over|range (is )?(too|exceed|limit)|range \d+|exceed\w* (the )?(max|limit|server limit)|limited to|more than \d+ (results|logs)|too many (results|logs|blocks)|(response|result|payload|body) (size|too large|is too)|too large|query timeout|\btimed? ?out\b|max(imum)? (block|results?|range)|up to a/i;
const METHOD =
  /method .*(not (found|supported|available|allowed|whitelisted)|does not exist)|unsupported method|not supported/i;

const METHOD_CODES: readonly unknown[] = [-32601, -32004];
const RATE_CODES: readonly unknown[] = [429, -32007, -32016];
const NO_HISTORY_CODE = 4444;

/** Of something that is no JSON-RPC endpoint at all. */
export const NO_ANSWER = "that is no answer in JSON-RPC";

/** What an error of viem's transport means. */
export function classify(method: string, error: unknown): RequestProblem {
  const chain = causes(error);
  const codes = chain.map((it) => it.code);
  const status = chain.map((it) => it.status).find((it) => typeof it === "number") as number | undefined;
  const text = chain.map(wordsOf).join(" ");
  const message = shortest(chain);
  const kind = kindOf(codes, status, text, chain);
  // Not viem's own errors: they show the URL, which is often a key.
  const cause = chain.findLast(({ code }) => typeof code === "number");
  return new RequestProblem(kind, method, message, retryAfter(chain), cause);
}

function kindOf(codes: unknown[], status: number | undefined, text: string, chain: Problem[]): ProblemKind {
  if (codes.includes(NO_HISTORY_CODE) || PRUNED.test(text)) return "pruned";
  if (status === 429 || codes.some((code) => RATE_CODES.includes(code)) || RATE.test(text)) return "rate";
  if (status === 413 || RANGE.test(text) || named(chain, "ResponseBodyTooLargeError", "TimeoutError")) return "range";
  if (codes.includes(-32005)) return "range";
  if (codes.some((code) => METHOD_CODES.includes(code)) || METHOD.test(text)) return "method";
  if (status !== undefined && status >= 500) return "transient";
  if (codes.some((code) => typeof code === "string") || named(chain, "SocketError", "AbortError")) return "transient";
  return /fetch failed|socket|terminated|header not found|unknown block|temporar|no backend|healthy|overload|try again|busy/i.test(
    text,
  )
    ? "transient"
    : "refused";
}

interface Problem {
  name?: string;
  message?: string;
  details?: string;
  shortMessage?: string;
  code?: unknown;
  data?: unknown;
  status?: unknown;
  headers?: unknown;
  cause?: unknown;
}

function causes(error: unknown): Problem[] {
  const chain: Problem[] = [];
  for (let at = error; typeof at === "object" && at !== null && chain.length < 8; at = (at as Problem).cause) {
    chain.push(at as Problem);
  }
  return chain;
}

/** viem's own messages are left out: they hold the URL and the request, in which any word may stand. */
function wordsOf({ details, shortMessage, message, data }: Problem): string {
  const more = typeof data === "string" || typeof data === "object" ? JSON.stringify(data) : "";
  return `${details ?? ""} ${shortMessage === undefined ? (message ?? "") : ""} ${more}`;
}

function named(chain: Problem[], ...names: string[]): boolean {
  return chain.some(({ name = "" }) => names.includes(name));
}

/** What the endpoint itself said, in one line. viem's own messages would show the URL, which is often a key. */
function shortest(chain: Problem[]): string {
  if (named(chain, "SyntaxError")) return NO_ANSWER;
  const details = chain.map(({ details }) => details).find((it) => it !== undefined && it !== "");
  const deepest = chain.at(-1);
  const code = chain.map((it) => it.code).find((it) => typeof it === "string");
  const text = code === undefined ? (details ?? deepest?.shortMessage ?? deepest?.message) : String(code);
  return (text ?? "no reason is given").split("\n")[0]?.slice(0, 160).replace(/\.$/, "") ?? "";
}

function retryAfter(chain: Problem[]): number | undefined {
  for (const { headers } of chain) {
    const value = headers instanceof Headers ? headers.get("retry-after") : null;
    if (value === null) continue;
    const seconds = Number(value);
    const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
    if (Number.isFinite(ms) && ms >= 0) return ms;
  }
  return undefined;
}
