/** Looks at an RPC endpoint before anything is built on it, so that what is wrong with it is said in one line. */
import { type Address, type Hex, numberToHex } from "viem";
import type { BaseChain } from "../baseChains.ts";
import { UsageError } from "../cli.ts";
import type { ForkSource } from "../config.ts";

/**
 * A fork starts a little behind the chain's head: the nodes behind one URL do not all have the last blocks yet. Five
 * seconds, at Base's five blocks a second.
 */
const BEHIND_THE_HEAD = 25n;

/**
 * Checks that `source` is a working endpoint of `chain` with USDC on it, by four requests.
 *
 * @returns The block to fork from.
 */
export async function chooseForkBlock(chain: BaseChain, source: ForkSource, timeoutMs = 20_000): Promise<bigint> {
  const variable = chain.rpcUrlVariable;
  const url = parseUrl(variable, source.rpcUrl);
  // Never the whole URL: its path or its user part is often a key.
  const where = `${variable}: ${url.origin}`;
  const ask = (method: string, params: unknown[]) => request(where, url, { method, params }, timeoutMs);

  const chainId = Number(await ask("eth_chainId", []));
  if (chainId !== chain.chainId) {
    throw new UsageError(`${where} serves chain ${chainId}, not ${chain.title} (${chain.chainId}).`);
  }
  const head = BigInt((await ask("eth_blockNumber", [])) as Hex);
  if (source.block !== undefined && source.block > head) {
    throw new UsageError(`${chain.forkBlockVariable} is ${source.block}, but ${url.origin} is at block ${head} only.`);
  }
  const block = source.block ?? (head > BEHIND_THE_HEAD ? head - BEHIND_THE_HEAD : head);
  const address: Address = chain.usdc.address;
  if ((await ask("eth_getCode", [address, numberToHex(block)])) === "0x") {
    throw new UsageError(`${where} has no USDC at ${address} in block ${block}.`);
  }
  return block;
}

function parseUrl(variable: string, text: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`${variable} takes an http or https URL; what it holds is no URL.`);
  const url = new URL(text);
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new UsageError(`${variable} takes an http or https URL, not ${url.protocol}`);
}

interface Answer {
  result?: unknown;
  error?: { code?: number; message?: string };
}

async function request(where: string, url: URL, call: { method: string; params: unknown[] }, timeoutMs: number) {
  const { username, password } = url;
  const bare = new URL(url);
  // fetch refuses URLs with a user part; endpoints take the same as a header.
  bare.username = bare.password = "";
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64")}`;

  let response: Response;
  let body: string;
  try {
    response = await fetch(bare, {
      method: "POST",
      headers: { "content-type": "application/json", ...(username === "" ? {} : { authorization }) },
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
  if (error instanceof Error && error.name === "TimeoutError") return `does not answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no connection";
  // HPE_…: what came back could not be parsed as HTTP.
  return code.startsWith("HPE_") ? "answers, but not in HTTP" : `cannot be reached (${code})`;
}
