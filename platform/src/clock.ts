/** Where time, randomness and ids come from: outside, so that the same code runs when a test plays with them. */
import { randomBytes, randomUUID } from "node:crypto";

export interface Clock {
  /** Now, in whole milliseconds. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export interface Entropy {
  uuid(): string;
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

export const systemEntropy: Entropy = {
  uuid: () => randomUUID(),
  bytes: (length) => new Uint8Array(randomBytes(length)),
};
