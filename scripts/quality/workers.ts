/** The worker processes, and asking them. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answers, Request } from "./mutate/unitTests.ts";

const SCRIPT = fileURLToPath(new URL("./mutate/unitTests.ts", import.meta.url));

/** A worker did not answer in time: what it was doing will not end. */
export class OutOfTime extends Error {
  override name = "OutOfTime";
}

export class Worker {
  readonly #testFiles: string[];
  #process: ChildProcess | undefined;

  constructor(testFiles: string[]) {
    this.#testFiles = testFiles;
  }

  /** Starts the process if there is none, and gives the titles of all tests. */
  async start(): Promise<string[]> {
    // What tests and Hardhat print is for nobody; what goes wrong comes back as a message.
    this.#process = fork(SCRIPT, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const { titles } = await this.ask({ ask: "load", testFiles: this.#testFiles }, 120);
    return titles;
  }

  async ask<R extends Request>(request: R, seconds: number): Promise<Answers[R["ask"]]> {
    const child = this.#process;
    if (child === undefined) throw new Error("the worker has not been started");
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => done(() => reject(new OutOfTime())), seconds * 1_000);
      function done(settle: () => void): void {
        clearTimeout(timer);
        child?.off("message", onMessage).off("exit", onExit);
        settle();
      }
      function onMessage(message: unknown): void {
        const { answer, error } = message as { answer: Answers[R["ask"]]; error?: string };
        done(() => (error === undefined ? resolve(answer) : reject(new Error(error))));
      }
      function onExit(code: number | null): void {
        done(() => reject(new Error(`a worker ended with code ${code}`)));
      }
      child.on("message", onMessage).on("exit", onExit).send(request);
    });
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}
