/** Says on stderr how far something long has come: a bar that grows, or a line now and then where nobody watches. */
import process from "node:process";

const WIDTH = 24;

export interface Progress {
  /** @param done 0 to 1. */
  show(done: number, text: string): void;
  end(): void;
}

export function openProgress(title: string): Progress {
  const { stderr } = process;
  const started = Date.now();
  let shown = started;
  return {
    show(done, text) {
      const now = Date.now();
      if (now - shown < (stderr.isTTY ? 100 : 5_000)) return;
      shown = now;
      const full = Math.round(WIDTH * Math.min(1, done));
      const line = `${title} ${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${Math.floor(done * 100)} %  ${text}`;
      stderr.write(stderr.isTTY ? `\r${line.slice(0, (stderr.columns ?? 80) - 1)}\x1b[K` : `${line}\n`);
    },
    end() {
      if (stderr.isTTY && shown > started) stderr.write("\r\x1b[K");
    },
  };
}
