/** Looks at an RPC endpoint before anything is built on it, so that what is wrong with it is said in one line. */
import { type Address, type Hex, numberToHex } from "viem";
import type { BaseChain } from "../baseChains.ts";
import type { ForkSource } from "../config.ts";
import { UsageError } from "../usageError.ts";

/**
 * Hardhat remembers what it has read of a block only if the chain has this many blocks on top of it. Of a later block it
 * reads everything again and again, which no public endpoint puts up with.
 */
export const REMEMBERED_DEPTH = 128n;

/** Where a fork starts if nobody says otherwise: two minutes back, at Base's five blocks a second. */
const USUAL_DEPTH = 600n;

/**
 * Checks that `source` is a working endpoint of `chain` with USDC on it, by three requests.
 *
 * @returns The block to fork from.
 */
export async function chooseForkBlock(chain: BaseChain, source: ForkSource, timeoutMs = 20_000): Promise<bigint> {
  const { where, ask } = await checkEndpoint(chain, source.rpcUrl, timeoutMs);
  const head = BigInt((await ask("eth_blockNumber", [])) as Hex);
  const last = head > REMEMBERED_DEPTH ? head - REMEMBERED_DEPTH : 0n;
  if (source.block !== undefined && source.block > last) {
    throw new UsageError(
      `${chain.forkBlockVariable} is ${source.block}; it can be at most ${last}, ${REMEMBERED_DEPTH} blocks behind the head.`,
    );
  }
  const block = source.block ?? (head > USUAL_DEPTH ? head - USUAL_DEPTH : last);
  const address: Address = chain.usdc.address;
  if ((await ask("eth_getCode", [address, numberToHex(block)])) === "0x") {
    throw new UsageError(`${where} has no USDC at ${address} in block ${block}.`);
  }
  return block;
}

/**
 * Checks that `rpcUrl` is a working endpoint of `chain`, by one request.
 *
 * @returns How to ask it more, and what to call it in a message.
 */
export async function checkEndpoint(chain: BaseChain, rpcUrl: string, timeoutMs = 20_000) {
  const variable = chain.rpcUrlVariable;
  const url = parseUrl(variable, rpcUrl);
  // Never the whole URL: its path or its user part is often a key.
  const where = `${variable}: ${url.origin}`;
  const ask = (method: string, params: unknown[]) => request(where, url, { method, params }, timeoutMs);

  const chainId = Number(await ask("eth_chainId", []));
  if (chainId !== chain.chainId) {
    throw new UsageError(`${where} serves chain ${chainId}, not ${chain.title} (${chain.chainId}).`);
  }
  return { where, ask };
}

function parseUrl(variable: string, text: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`${variable} takes an http or https URL; what it holds is no URL.`);
  const url = new URL(text);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new UsageError(`${variable} takes an http or https URL, not ${url.protocol}`);
}

/** fetch refuses URLs with a user part; endpoints take the same as a header. */
export function withoutUser(url: URL): { bare: URL; headers: Record<string, string> } {
  const { username, password } = url;
  const bare = new URL(url);
  bare.username = bare.password = "";
  if (username === "") return { bare, headers: {} };
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { bare, headers: { authorization: `Basic ${Buffer.from(user).toString("base64")}` } };
}

interface Answer {
  result?: unknown;
  error?: { code?: number; message?: string };
}

async function request(where: string, url: URL, call: { method: string; params: unknown[] }, timeoutMs: number) {
  const { bare, headers } = withoutUser(url);
  let response: Response;
  let body: string;
  try {
    response = await fetch(bare, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...call }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    body = await response.text();
  } catch (error) {
    throw new UsageError(`${where} ${whyUnreachable(error, timeoutMs)}.`);
  }

  const answer = parseAnswer(body);
  if (response.status === 429 || /rate limit|too many requests/i.test(answer?.error?.message ?? "")) {
    throw new UsageError(
      `${where} limits the rate of requests (HTTP ${response.status}): wait a while, or use an endpoint of your own.`,
    );
  }
  if (answer === undefined) {
    throw new UsageError(`${where} does not answer with JSON-RPC (HTTP ${response.status}).`);
  }
  if (answer.error !== undefined) {
    throw new UsageError(`${where} refuses ${call.method}: ${answer.error.message ?? "it does not say why"}.`);
  }
  return answer.result;
}

/** The answer, if it is one of JSON-RPC. */
function parseAnswer(body: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    const isAnswer = typeof answer === "object" && answer !== null && ("result" in answer || "error" in answer);
    return isAnswer ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function whyUnreachable(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return "cannot be reached";
  if (error.name === "TimeoutError") return `does not answer within ${timeoutMs / 1000} s`;
  // fetch says only that it failed; why stands in the cause.
  const cause = error.cause instanceof Error ? error.cause : error;
  if (cause.name === "HTTPParserError") return "answers, but not in HTTP";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return `cannot be reached (${code})`;
}
