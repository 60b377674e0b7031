/** Says on stderr how far something long has come: a bar where somebody watches, a line now and then where nobody does. */
import process from "node:process";
import { type Options, SingleBar } from "cli-progress";

export interface Progress {
  /** @param done 0 to 1. */
  show(done: number, text: string): void;
  /** Takes the bar away; lines stay. */
  end(): void;
}

/** Between two lines, milliseconds: a log is read afterwards. */
const LINES_EVERY = 15_000;

/** It does not turn the terminal's wrapping off: after Ctrl-C nobody would turn it on again. */
const BAR: Options = { linewrap: true, barsize: 24, barCompleteChar: "█", barIncompleteChar: "░" };

export function openProgress(title: string): Progress {
  const { show, end } = process.stderr.isTTY ? openBar(title) : openLines(title);
  const started = Date.now();
  let known = 0;
  return {
    show(done, text) {
      const passed = Date.now() - started;
      // What was there at once says nothing about the rest.
      if (passed < 1_000) known = done;
      show(done, done > known ? `${text}, about ${inWords((passed / (done - known)) * (1 - done))} left` : text);
    },
    end,
  };
}

/** Says what is waited for, and on a terminal for how long already. @returns Ends it. */
export function openWait(title: string): () => void {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${title} …\n`);
    return () => undefined;
  }
  const bar = new SingleBar({ ...BAR, format: `${title} … {duration_formatted}` });
  bar.start(1, 0);
  return () => bar.stop();
}

function openBar(title: string): Progress {
  const bar = new SingleBar({ ...BAR, format: `${title} {bar} {percentage} %  {text}`, clearOnComplete: true });
  return {
    show(done, text) {
      // Not before there is something to show: what comes next may be opened before this one has ended.
      if (!bar.isActive) bar.start(1, done, { text });
      bar.update(done, { text });
    },
    end: () => bar.stop(),
  };
}

function openLines(title: string): Progress {
  let shown = Date.now();
  return {
    show(done, text) {
      if (Date.now() - shown < LINES_EVERY) return;
      shown = Date.now();
      process.stderr.write(`${title} ${Math.floor(done * 100)} %  ${text}\n`);
    },
    end: () => undefined,
  };
}

function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  return seconds < 100 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
