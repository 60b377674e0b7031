/** Asks a JSON-RPC endpoint a lot: waits when it is told to, tries again, and says in one line why it gave up. */
import { setTimeout as sleep } from "node:timers/promises";
import { keccak256, toHex } from "viem";
import type { BaseChain } from "../baseChains.ts";
import { UsageError } from "../usageError.ts";
import { overHttp } from "./http.ts";
import { RequestProblem } from "./problems.ts";

/** Sends one request and returns its result, or throws: see `RequestProblem`. */
export type Send = (method: string, params: readonly unknown[]) => Promise<unknown>;

export interface EndpointOptions {
  /** How many times a request is tried. Whoever has never answered is more likely mistyped than busy: three at most. */
  attempts?: number;
  /**
   * How many times null is asked again for a block, a receipt or a transaction that was named by its number or hash: behind
   * one address may be many nodes, and one does not know yet what another has just shown. 1 for whoever asks whether there is
   * such a thing at all.
   */
  nullAttempts?: number;
  /** The first pause between two tries, ms; it doubles. */
  firstPauseMs?: number;
  /** No pause is longer, whatever the endpoint asks for, ms. */
  longestPauseMs?: number;
  /** Requests under way at a time. */
  lanes?: number;
  /** How long to wait for an answer over HTTP, ms. */
  timeoutMs?: number;
  /** Tells it from others; default: how messages call it. */
  identity?: string;
}

/** How often to try where trying again is unlikely to help. */
const FEW = 3;

const NAMED = /^eth_get(Block(ByNumber|ByHash|Receipts)|Transaction(ByHash|Receipt))$/;

/** Whether null may mean "not yet": of a tag's block it means that the node does not know the tag, and all know the latest. */
function mayCome(method: string, [name]: readonly unknown[]): boolean {
  return NAMED.test(method) && typeof name === "string" && (name.startsWith("0x") || name === "latest");
}

export class Endpoint {
  /** How messages call it. Never the whole URL: its path or its user part is often a key. */
  readonly where: string;
  /** Tells it from others without showing a key: what is kept of its answers belongs to it. */
  readonly identity: string;
  readonly lanes: number;
  readonly #send: Send;
  readonly #attempts: number;
  readonly #nullAttempts: number;
  readonly #firstPauseMs: number;
  readonly #longestPauseMs: number;
  /** Whoever has been told to wait makes the others wait too. */
  #quietUntil = 0;
  #hasAnswered = false;

  constructor(where: string, send: Send, options: EndpointOptions = {}) {
    this.where = where;
    this.identity = options.identity ?? where;
    this.#send = send;
    this.#attempts = options.attempts ?? 8;
    this.#nullAttempts = options.nullAttempts ?? 5;
    this.#firstPauseMs = options.firstPauseMs ?? 250;
    this.#longestPauseMs = options.longestPauseMs ?? 60_000;
    this.lanes = options.lanes ?? 8;
  }

  /**
   * @throws {RequestProblem} if trying again would change nothing.
   * @throws {UsageError} if it did not answer however often it was asked; the last problem is its cause.
   */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const quiet = this.#quietUntil - Date.now();
      if (quiet > 0) await sleep(quiet);
      try {
        const answer = await this.#send(method, params);
        this.#hasAnswered = true;
        if (answer !== null || attempt >= this.#nullAttempts || !mayCome(method, params)) return answer;
        // Nobody else has to wait for it.
        await sleep(this.#pause(attempt));
      } catch (error) {
        const problem = new RequestProblem(this.where, { method, params }, error);
        const mayPass = problem.kind === "refused" && problem.isWithoutReason && attempt < FEW;
        if (problem.kind !== "rate" && problem.kind !== "transient" && !mayPass) throw problem;
        if (attempt >= (this.#hasAnswered ? this.#attempts : Math.min(this.#attempts, FEW)))
          throw new UsageError(problem.message, { cause: problem });
        this.#slowDown(problem, attempt);
      }
    }
  }

  /** Asks for many things, some at a time, and returns the answers in order. */
  async askAll<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
    const answers: R[] = new Array(items.length);
    let next = 0;
    const lane = async () => {
      for (let index = next++; index < items.length; index = next++) answers[index] = await ask(items[index] as T);
    };
    await Promise.all(Array.from({ length: Math.min(this.lanes, items.length) }, lane));
    return answers;
  }

  /** Doubles, and is not the same for all who ask. */
  #pause(attempt: number): number {
    return this.#firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  }

  #slowDown(problem: RequestProblem, attempt: number): void {
    const wanted = problem.retryAfterMs ?? this.#pause(attempt);
    this.#quietUntil = Math.max(this.#quietUntil, Date.now() + Math.min(wanted, this.#longestPauseMs));
  }
}

/**
 * An endpoint at a URL.
 *
 * @param name The flag or the variable that holds the URL. Messages repeat a variable, which nobody has just typed.
 * @throws {UsageError} if it holds none.
 */
export function openEndpoint(name: string, text: string, options: EndpointOptions = {}): Endpoint {
  if (!URL.canParse(text)) throw new UsageError(`${name} takes an http or https URL; what it holds is no URL.`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new UsageError(`${name} takes an http or https URL, not ${url.protocol}`);
  }
  const where = name.startsWith("--") ? url.origin : `${name}: ${url.origin}`;
  const identity = keccak256(toHex(url.href));
  return new Endpoint(where, overHttp(url, options.timeoutMs ?? 60_000), { identity, ...options });
}

/** Opens an endpoint of `chain`. @throws {UsageError} if it cannot be used, or serves another. */
export async function openEndpointOf(chain: BaseChain, rpcUrl: string, options?: EndpointOptions): Promise<Endpoint> {
  const endpoint = openEndpoint(chain.rpcUrlVariable, rpcUrl, { timeoutMs: 20_000, ...options });
  const chainId = await chainIdOf(endpoint);
  if (chainId === chain.chainId) return endpoint;
  throw new UsageError(`${endpoint.where} serves chain ${chainId}, not ${chain.title} (${chain.chainId}).`);
}

/** Which chain an endpoint serves. @throws {UsageError} if what it answers is no chain's id. */
export async function chainIdOf(endpoint: Endpoint): Promise<number> {
  const answer = await endpoint.ask("eth_chainId", []);
  if (typeof answer === "string" && /^0x[0-9a-f]{1,12}$/i.test(answer)) return Number(answer);
  throw new UsageError(
    `${endpoint.where} answers eth_chainId with ${JSON.stringify(answer)}: that is no Ethereum node.`,
  );
}
