/** Says what is wrong with an endpoint, told from what it answers. Every node and every provider has its own words. */
import type { Hex } from "viem";
import { UsageError } from "../usageError.ts";

/**
 * - `rate`: too many requests; the same request will do later.
 * - `range`: the answer would be too large, or takes too long: ask for less.
 * - `slow`: there was no answer in time; there may be one if less is asked for.
 * - `pruned`: the node has thrown away what was asked for.
 * - `method`: the node does not have the method.
 * - `transient`: the network or the node had a bad moment.
 * - `foreign`: whoever answers does not speak JSON-RPC.
 * - `refused`: anything else.
 */
export type ProblemKind = "rate" | "range" | "slow" | "pruned" | "method" | "transient" | "foreign" | "refused";

/** A request of JSON-RPC. */
export interface Request {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Why a request was not answered. Its message is the line that the user reads. */
export class RequestProblem extends UsageError {
  readonly kind: ProblemKind;
  /** What the endpoint itself said, in one line. */
  readonly details: string;
  /** Of a `Retry-After` header, in ms. */
  readonly retryAfterMs: number | undefined;
  /** Of the error, as JSON-RPC has it: from these two, and `details`, viem decodes a revert. */
  readonly code: unknown;
  readonly data: unknown;
  /** The node had a fault of its own, and names no cause: it may be of the moment. */
  readonly isWithoutReason: boolean;

  /** @param error What fetch or the endpoint has thrown. */
  constructor(where: string, request: Request, error: unknown) {
    const chain = causes(error);
    const kind = kindOf(chain);
    const details = said(kind, chain);
    super(`${where} ${inWords(kind, details, request)}.`);
    this.kind = kind;
    this.details = details;
    this.retryAfterMs = retryAfter(chain);
    const { code, data } = chain.findLast((it) => typeof it.code === "number") ?? {};
    this.code = code;
    this.data = data;
    this.isWithoutReason = data === undefined && /^internal (json-rpc |server )?error$/i.test(this.details);
  }
}

function inWords(kind: ProblemKind, details: string, request: Request): string {
  switch (kind) {
    case "rate": {
      const said = details.startsWith("HTTP ") ? details : `“${details}”`;
      return `limits the rate of requests (${said}): wait a while, or use an endpoint of your own`;
    }
    case "pruned":
      return `no longer has ${wantedBy(request)} (it says “${details}”): use an endpoint that keeps the whole history`;
    case "transient":
      return `cannot be reached (${details})`;
    case "slow":
    case "foreign":
      return details;
    default:
      return `refuses ${wantedBy(request)}: ${details}`;
  }
}

/** What was asked for: logs or a state, where it is clear of which blocks; the method otherwise. */
function wantedBy({ method, params }: Request): string {
  if (method === "eth_getLogs") {
    const { fromBlock, toBlock } = (params[0] ?? {}) as { fromBlock?: unknown; toBlock?: unknown };
    if (!isNumber(fromBlock) || !isNumber(toBlock)) return method;
    const [from, to] = [BigInt(fromBlock), BigInt(toBlock)];
    return `the logs of ${from === to ? `block ${from}` : `blocks ${from} to ${to}`}`;
  }
  const block = STATEFUL.test(method) ? params.find(isNumber) : undefined;
  return block === undefined ? method : `the state of block ${BigInt(block)}`;
}

const STATEFUL = /^eth_(call|get(Code|StorageAt|Balance|TransactionCount))$/;

/** Whether it is a block's number: neither a tag nor an address nor a slot. */
function isNumber(it: unknown): it is Hex {
  return typeof it === "string" && /^0x[\da-f]{1,16}$/.test(it);
}

/** The endpoint says things that cannot all be true. */
export function contradiction(where: string, what: string): UsageError {
  return new UsageError(`${where} contradicts itself: ${what}. Nothing that it says can be relied on.`);
}

/** Two endpoints say things that cannot both be true, and nothing shows who is right. */
export function disagreement(one: { where: string }, other: { where: string }, about: string): UsageError {
  return new UsageError(`${one.where} and ${other.where} disagree about ${about}. One of them cannot be relied on.`);
}

/** An error of this type among the causes of another: viem wraps what it is told. */
export function causeOf<T extends Error>(error: unknown, type: abstract new (...args: never[]) => T): T | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof type) return at;
  return undefined;
}

const PRUNED =
  /prun|missing trie node|histor\w+ (state )?(is )?(not available|unavailable)|state (is |histories )?not available|no state available|data before .* not available|receipts? not available|archive|block is out of range|older than/i;
const RATE =
  /rate.?limit|too many requests|request limit|requests? per second|call rate|throughput|compute units|capacity|quota/i;
const RANGE =
  /block range|ranges? over|range (is )?(too|exceed|limit)|range \d+|exceed\w* (the )?(max|limit|server limit)|limited to|more than \d+ (results|logs)|too many (results|logs|blocks)|(response|result|payload|body) (size|too large|is too)|too large|query timeout|\btimed? ?out\b|max(imum)? (block|results?|range)|up to a/i;
const METHOD =
  /method .*(not (found|supported|available|allowed|whitelisted)|does not exist)|unsupported method|not supported/i;
const TRANSIENT =
  /socket|terminated|header not found|unknown block|temporar|no backend|healthy|overload|try again|busy|indexing/i;
/** As Node, fetch and Hardhat call it. */
const CUT = /ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UND_ERR|other side closed|fetch failed|^HHE70[34]:/m;

const METHOD_CODES: readonly unknown[] = [-32601, -32004];
const RATE_CODES: readonly unknown[] = [429, -32007, -32016];
const NO_HISTORY_CODE = 4444;

/** Whether a connection was cut or never made, however deep that lies. */
export function isCut(error: unknown): boolean {
  return CUT.test(causes(error).map(wordsOf).join("\n"));
}

function kindOf(chain: Thrown[]): ProblemKind {
  const codes = chain.map(({ code }) => code);
  const status = statusIn(chain);
  const text = chain.map(wordsOf).join("\n");
  if (codes.includes(NO_HISTORY_CODE) || PRUNED.test(text)) return "pruned";
  if (status === 429 || codes.some((code) => RATE_CODES.includes(code)) || RATE.test(text)) return "rate";
  if (named(chain, "TimeoutError")) return "slow";
  if (named(chain, "HTTPParserError")) return "foreign";
  // Before the words for a range: a connection that took too long to come about is no answer that would.
  if (CUT.test(text)) return "transient";
  if (status === 413 || RANGE.test(text) || codes.includes(-32005)) return "range";
  if (codes.some((code) => METHOD_CODES.includes(code)) || METHOD.test(text)) return "method";
  if (status !== undefined && status >= 500) return "transient";
  if (codes.some((code) => typeof code === "string") || TRANSIENT.test(text)) return "transient";
  return status !== undefined && spoken(chain) === undefined ? "foreign" : "refused";
}

/** Of an error that was thrown here, by fetch or by viem. */
interface Thrown {
  name?: string;
  message?: string;
  /** What viem calls the words of the endpoint, and its own. */
  details?: string;
  shortMessage?: string;
  /** Of JSON-RPC a number, of the network a word. */
  code?: unknown;
  data?: unknown;
  status?: number;
  headers?: unknown;
  /** What came instead of JSON-RPC. */
  body?: string;
  cause?: unknown;
}

function causes(error: unknown): Thrown[] {
  const chain: Thrown[] = [];
  for (let at = error; typeof at === "object" && at !== null && chain.length < 8; at = (at as Thrown).cause) {
    chain.push(at as Thrown);
  }
  return chain;
}

/** viem's own messages are left out: they hold the URL and the request, in which any word may stand. */
function wordsOf({ details, shortMessage, message, code, data, body }: Thrown): string {
  const more = typeof data === "string" || typeof data === "object" ? JSON.stringify(data) : "";
  return [details, shortMessage === undefined ? message : "", code, more, body].join("\n");
}

function named(chain: Thrown[], ...names: string[]): boolean {
  return chain.some(({ name = "" }) => names.includes(name));
}

function statusIn(chain: Thrown[]): number | undefined {
  return chain.find(({ status }) => status !== undefined)?.status;
}

function said(kind: ProblemKind, chain: Thrown[]): string {
  const status = statusIn(chain);
  if (named(chain, "HTTPParserError")) return "answers, but not in HTTP";
  if (kind === "foreign") return `does not answer with JSON-RPC (HTTP ${status})`;
  return spoken(chain) ?? (status === undefined ? "it does not say why" : `HTTP ${status}`);
}

/** The words of whoever knows best, in one line. viem's own messages would show the URL, which is often a key. */
function spoken(chain: Thrown[]): string | undefined {
  const code = chain.map((it) => it.code).find((it) => typeof it === "string");
  if (code !== undefined) return code;
  const { shortMessage, message } = chain.at(-1) ?? {};
  const text = chain.map(({ details }) => details).find(Boolean) ?? shortMessage ?? message;
  return text?.split("\n")[0]?.slice(0, 160).replace(/\.$/, "") || undefined;
}

function retryAfter(chain: Thrown[]): number | undefined {
  for (const { headers } of chain) {
    const value = headers instanceof Headers ? headers.get("retry-after") : null;
    if (value === null) continue;
    const seconds = Number(value);
    const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
    if (Number.isFinite(ms) && ms >= 0) return ms;
  }
  return undefined;
}
