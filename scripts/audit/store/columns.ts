/** Says how a value stands in a column of the store: hex as its bytes, amounts as numbers, and as digits beyond 64 bits. */
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { checksummed } from "@luxxon/chain/rpc/address";
import type { Address, Hex } from "viem";

export interface Column<Value> {
  readonly write: (value: Value) => SQLInputValue;
  /** Numbers come as bigint. */
  readonly read: (stored: SQLOutputValue) => Value;
  /** A row that has no such value has no such field. */
  readonly isLeftOut?: boolean;
}

const [LEAST, MOST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** Any bigint: what an event of a forged history names has up to 256 bits. */
export const amount: Column<bigint> = {
  write: (value) => (value >= LEAST && value <= MOST ? value : String(value)),
  read: (stored) => (typeof stored === "bigint" ? stored : BigInt(stored as string)),
};

/** A number without a fraction. SQLite would keep a JavaScript number as one with a fraction. */
export const whole: Column<number> = { write: BigInt, read: Number };

export const hex: Column<Hex> = {
  write: (value) => Buffer.from(value.slice(2), "hex"),
  read: (stored) => `0x${bytesOf(stored).toString("hex")}`,
};

export const address: Column<Address> = { write: hex.write, read: (stored) => checksummed(hex.read(stored)) };

/** A word of 256 bits. */
export const word: Column<bigint> = {
  write: (value) => Buffer.from(value.toString(16).padStart(64, "0"), "hex"),
  read: (stored) => BigInt(hex.read(stored)),
};

/** @typeParam Text The words that can stand there. */
export function text<Text extends string = string>(): Column<Text> {
  return { write: (value) => value, read: (stored) => stored as Text };
}

export function optional<Value>({ write, read }: Column<Value>): Column<Value | undefined> {
  return {
    write: (value) => (value === undefined ? null : write(value)),
    read: (stored) => (stored === null ? undefined : read(stored)),
  };
}

/** The same, of a field that is left out then. */
export function left<Value>(column: Column<Value>): Column<Value | undefined> {
  return { ...optional(column), isLeftOut: true };
}

function bytesOf(stored: SQLOutputValue): Buffer {
  const { buffer, byteOffset, byteLength } = stored as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
