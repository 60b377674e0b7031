/** Lets whoever wants the demo to end have it end whole: what it has started is stopped first. */
import { constants } from "node:os";
import process from "node:process";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"] as const;

export class Interrupted extends Error {
  /** As a shell says it of who was ended by a signal; a reader that has seen enough is no error. */
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number]) {
    super(`ended by ${signal}`);
    this.exitCode = signal === "SIGPIPE" ? 0 : 128 + constants.signals[signal];
  }
}

/**
 * Aborts with an `Interrupted` at the first signal. Ctrl-C in a terminal comes more than once (from the terminal, and passed
 * on by whoever started this process): what comes later changes nothing.
 */
export function catchInterrupts(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => controller.abort(new Interrupted(signal)));
  return controller.signal;
}

/** What `work` gives, or the reason of the abort, whichever is first. */
export function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
