/** Keeps what is written to it. */
import { Writable } from "node:stream";

export function memory(): { to: Writable; text(): string } {
  const chunks: string[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { to, text: () => chunks.join("") };
}
