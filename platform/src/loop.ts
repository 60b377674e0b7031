/** Runs a turn again and again: at once while there is more to do, else after a while or when somebody wakes it. */

export interface LoopOptions {
  name: string;
  /** @returns true: there is more to do at once. A number: so many ms from now, and not after the usual pause. */
  turn: () => Promise<unknown>;
  /** ms between two turns. */
  everyMs: number;
  log: { warn(what: object, message: string): void };
}

export interface Loop {
  /** Ends the pause, if it is in one. */
  wake(): void;
  /** Waits for the turn that runs, and starts no other. */
  stop(): Promise<void>;
}

/** The longest pause after turns that failed, ms. */
const LONGEST_PAUSE_MS = 2_000;

/** A turn that throws is tried again, after longer pauses while it goes on; the loop itself never ends. */
export function runLoop({ name, turn, everyMs, log }: LoopOptions): Loop {
  let isRunning = true;
  let isAwake = false;
  let endPause: (() => void) | undefined;
  let failures = 0;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (isAwake || !isRunning) return resolve();
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (isRunning) {
      isAwake = false;
      let next: unknown;
      try {
        next = await turn();
        failures = 0;
      } catch (error) {
        failures++;
        log.warn({ loop: name, failures, err: error }, "a turn failed and is tried again");
      }
      if (next === true) continue;
      const usual = failures === 0 ? everyMs : Math.min(everyMs * 2 ** failures, LONGEST_PAUSE_MS);
      await pause(typeof next === "number" ? next : usual);
      endPause = undefined;
    }
  };
  const done = run();

  return {
    wake() {
      isAwake = true;
      endPause?.();
    },
    async stop() {
      isRunning = false;
      endPause?.();
      await done;
    },
  };
}
