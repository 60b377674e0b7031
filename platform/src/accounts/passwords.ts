/**
 * Hashes passwords by argon2id, two at a time: each takes 19 MiB and some 40 ms of a core. Who waits, waits among its own:
 * networks take turns, so that one that floods the queue keeps nobody else waiting.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import type { Entropy } from "../clock.ts";
import { AccountRefused } from "./refusal.ts";

export interface Passwords {
  /** @returns In the PHC string format. @throws {AccountRefused} RATE_LIMITED if too many of one group wait. */
  hash(password: string, group: string): Promise<string>;
  /** Works as long without a `hash` as with one, and says no. @throws {AccountRefused} RATE_LIMITED, as above. */
  isRight(password: string, hash: string | null, group: string): Promise<boolean>;
}

interface Cost {
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
}

/** What OWASP asks for at least. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const AT_ONCE = 2;
/** Of one network. */
const MOST_WAITING = 64;

export function openPasswords(entropy: Entropy): Passwords {
  const inTurns = takeTurns(AT_ONCE, MOST_WAITING);
  const nobody = phc(COST, entropy.bytes(SALT_BYTES), entropy.bytes(TAG_BYTES));
  return {
    async hash(password, group) {
      const salt = entropy.bytes(SALT_BYTES);
      return phc(COST, salt, await inTurns(group, () => derive(password, salt, COST, TAG_BYTES)));
    },
    async isRight(password, hash, group) {
      const { cost, salt, tag } = parse(hash ?? nobody);
      const derived = await inTurns(group, () => derive(password, salt, cost, tag.length));
      return timingSafeEqual(derived, tag) && hash !== null;
    },
  };
}

/** An accent is written in two ways, and which one it is depends on the keyboard. */
function derive(password: string, nonce: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
  const message = password.normalize("NFC");
  return new Promise((resolve, reject) => {
    argon2("argon2id", { message, nonce, tagLength, ...cost }, (error, tag) =>
      error === null ? resolve(tag) : reject(error),
    );
  });
}

function phc({ memory, passes, parallelism }: Cost, salt: Uint8Array, tag: Uint8Array): string {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(tag)}`;
}

function parse(hash: string): { cost: Cost; salt: Uint8Array; tag: Uint8Array } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
  if (match === null) throw new Error("a kept password hash is no argon2id of version 19");
  const [memory = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number);
  const [salt, tag] = match.slice(4).map((text) => Buffer.from(text, "base64"));
  return { cost: { memory, passes, parallelism }, salt: salt as Buffer, tag: tag as Buffer };
}

/** Runs `atOnce` at a time, those that wait by group in turn. */
export function takeTurns(atOnce: number, mostWaiting: number) {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let running = 0;

  const next = (): void => {
    const [first] = waiting;
    if (first === undefined || running >= atOnce) return;
    const [group, acts] = first;
    const act = acts.shift();
    // To the end of the line.
    waiting.delete(group);
    if (acts.length > 0) waiting.set(group, acts);
    if (act === undefined) return;
    running++;
    void act().finally(() => {
      running--;
      next();
    });
  };

  return <T>(group: string, act: () => Promise<T>): Promise<T> => {
    const acts = waiting.get(group) ?? [];
    if (acts.length >= mostWaiting) return Promise.reject(new AccountRefused("RATE_LIMITED", { retryAfter: 1 }));
    return new Promise((resolve, reject) => {
      acts.push(() => act().then(resolve, reject));
      waiting.set(group, acts);
      next();
    });
  };
}
