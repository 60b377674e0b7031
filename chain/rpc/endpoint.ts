/** A JSON-RPC endpoint that is asked a lot: waits when it is told to, tries again, and says in one line why it gave up. */
import { http } from "viem";
import { UsageError } from "../usageError.ts";
import { classify, NO_ANSWER, RequestProblem } from "./problems.ts";

/** Sends one request and returns its result, or throws as viem's transports do. */
export type Send = (method: string, params: readonly unknown[]) => Promise<unknown>;

export interface EndpointOptions {
  /** How many times a request is tried before the audit gives up. */
  attempts?: number;
  /** The first pause between two tries, ms; it doubles. */
  firstPauseMs?: number;
  /** No pause is longer, whatever the endpoint asks for, ms. */
  longestPauseMs?: number;
  /** Requests under way at a time. */
  lanes?: number;
}

/** Plenty for 20,000 logs, and little enough that the answer is no danger. */
const LARGEST_ANSWER = 128 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

export class Endpoint {
  /** How messages call it. Never the whole URL: its path or its user part is often a key. */
  readonly where: string;
  readonly lanes: number;
  readonly #send: Send;
  readonly #attempts: number;
  readonly #firstPauseMs: number;
  readonly #longestPauseMs: number;
  /** Whoever has been told to wait makes the others wait too. */
  #quietUntil = 0;
  #hasAnswered = false;

  constructor(where: string, send: Send, options: EndpointOptions = {}) {
    this.where = where;
    this.#send = send;
    this.#attempts = options.attempts ?? 8;
    this.#firstPauseMs = options.firstPauseMs ?? 250;
    this.#longestPauseMs = options.longestPauseMs ?? 60_000;
    this.lanes = options.lanes ?? 8;
  }

  /**
   * @throws {RequestProblem} `range`, `pruned`, `method` or `refused`: trying again would change nothing.
   * @throws {UsageError} if it did not answer however often it was asked.
   */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      await pause(this.#quietUntil - Date.now());
      try {
        const answer = await this.#send(method, params);
        if (answer === undefined) throw new RequestProblem("refused", method, NO_ANSWER);
        this.#hasAnswered = true;
        return answer;
      } catch (error) {
        const problem = error instanceof RequestProblem ? error : classify(method, error);
        if (problem.kind !== "rate" && problem.kind !== "transient") throw problem;
        // Whoever has never answered is more likely mistyped than busy.
        if (attempt >= (this.#hasAnswered ? this.#attempts : Math.min(this.#attempts, 3))) throw this.#givenUp(problem);
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

  /** A problem that ends the audit, as the user reads it. */
  unusable(problem: RequestProblem, what = problem.method): UsageError {
    if (problem.kind === "pruned") {
      return new UsageError(
        `${this.where} no longer has ${what} (it says “${problem.message}”): use an endpoint that keeps the whole history.`,
      );
    }
    return new UsageError(`${this.where} refuses ${what}: ${problem.message}.`);
  }

  #slowDown(problem: RequestProblem, attempt: number): void {
    const doubled = this.#firstPauseMs * 2 ** (attempt - 1);
    const wanted = problem.retryAfterMs ?? doubled * (0.75 + Math.random() / 2);
    this.#quietUntil = Math.max(this.#quietUntil, Date.now() + Math.min(wanted, this.#longestPauseMs));
  }

  #givenUp(problem: RequestProblem): UsageError {
    if (problem.kind === "rate") {
      return new UsageError(
        `${this.where} limits the rate of requests (“${problem.message}”): wait a while, or use an endpoint of your own. What has been read is kept.`,
      );
    }
    return new UsageError(`${this.where} cannot be reached (${problem.message}).`);
  }
}

/** An endpoint at a URL. @throws {UsageError} if the text is none. */
export function openEndpoint(flag: string, text: string, options: EndpointOptions = {}): Endpoint {
  if (!URL.canParse(text)) throw new UsageError(`${flag} takes an http or https URL; what it holds is no URL.`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new UsageError(`${flag} takes an http or https URL, not ${url.protocol}`);
  }
  const transport = http(text, { retryCount: 0, timeout: TIMEOUT_MS, maxResponseBodySize: LARGEST_ANSWER })({});
  return new Endpoint(
    url.origin,
    (method, params) => transport.request({ method, params: params as unknown[] }),
    options,
  );
}

function pause(ms: number): Promise<void> {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}
