/** Lets whoever wants a command to end have it end whole: what it has started is stopped first. */
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

let ending: AbortController | undefined;

/**
 * Aborts with an `Interrupted` at the first signal. Ctrl-C in a terminal comes more than once (from the terminal, and passed
 * on by whoever started this process): what comes later changes nothing. For commands that have something to stop: without
 * it the system ends a process at once, also one that is busy.
 */
export function catchInterrupts(): AbortSignal {
  if (ending === undefined) {
    const controller = new AbortController();
    for (const signal of SIGNALS) process.on(signal, () => controller.abort(new Interrupted(signal)));
    // What nobody catches would end the process at once too. Once the end has begun it is what work feels that nobody waits for any more.
    process.on("uncaughtException", (error) => controller.abort(error));
    ending = controller;
  }
  return ending.signal;
}

/** Has a command end before its time, as a signal does. @returns Whether it has something to stop first. */
export function interruptBy(reason: Error): boolean {
  ending?.abort(reason);
  return ending !== undefined;
}

/** Why this command ends before its time; undefined: it does not. */
export function interruption(): Error | undefined {
  return ending?.signal.reason;
}

/** What `work` gives, or the reason of the abort, whichever is first. */
export function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
