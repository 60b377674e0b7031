/** Runs modules of the project in processes of their own, and shares work among them. */
import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";

/** What a worker can be asked, by name. */
type Answers = Record<string, (question: never) => unknown>;

interface Message {
  name: string;
  question: unknown;
}

/** A worker did not answer in time: what it was doing will not end. */
export class OutOfTime extends Error {
  override name = "OutOfTime";
}

/** A process that answers one question after another. `A` is what its module gives to `answerQuestions`. */
export class Worker<A extends Answers> {
  readonly #process: ChildProcess;
  #lastWords = "";

  constructor(module: URL, environment: Record<string, string> = {}) {
    this.#process = fork(module, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      // What tests and Hardhat print is for nobody, unless the process dies of it.
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-10_000);
    });
  }

  /** @throws {OutOfTime} if there is no answer within so many seconds. */
  ask<N extends keyof A & string>(
    name: N,
    question: Parameters<A[N]>[0],
    seconds?: number,
  ): Promise<Awaited<ReturnType<A[N]>>> {
    const child = this.#process;
    return new Promise((resolve, reject) => {
      const timer = seconds && setTimeout(() => done(() => reject(new OutOfTime())), seconds * 1_000);
      const done = (settle: () => void): void => {
        clearTimeout(timer);
        child.off("message", onMessage).off("error", onError).off("close", onClose);
        settle();
      };
      const onMessage = (message: unknown): void => {
        const { answer, error } = message as { answer: Awaited<ReturnType<A[N]>>; error?: string };
        done(() => (error === undefined ? resolve(answer) : reject(new Error(error))));
      };
      const onError = (error: Error): void => done(() => reject(error));
      const onClose = (code: number | null): void => {
        done(() => reject(new Error(`a worker died with exit code ${code}: ${this.#lastWords.trim()}`)));
      };
      child.on("message", onMessage).on("error", onError).on("close", onClose);
      child.send({ name, question } satisfies Message);
    });
  }

  stop(): void {
    this.#process.kill("SIGKILL");
  }
}

/** In the worker: answers until whoever asks is gone. */
export function answerQuestions(answers: Answers): void {
  process.on("disconnect", () => process.exit());
  process.on("message", async ({ name, question }: Message) => {
    try {
      process.send?.({ answer: await answers[name]?.(question as never) });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}

/** Works through a queue with so many at once; whoever empties the queue ends the work. */
export async function atOnce<T>(
  count: number,
  queue: T[],
  work: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  async function workThrough(lane: number): Promise<void> {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, lane);
  }
  await Promise.all(Array.from({ length: count }, (_, lane) => workThrough(lane)));
}
