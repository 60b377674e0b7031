/** Encodes in RLP as viem does, but keeps to hex: whole blocks go through here. */
import type { Hex } from "viem";

/** What RLP encodes: bytes, or a list. */
export type Rlp = Hex | readonly Rlp[];

/** Below it a single byte stands for itself. */
const FIRST_PREFIX = 0x80;
const FIRST_OF_LISTS = 0xc0;
/** A longer length has its own length before it. */
const LONGEST_SHORT = 55;

/** @throws if what it is given is neither hex nor a list. */
export function toRlp(value: Rlp): Hex {
  return `0x${encode(value).toLowerCase()}`;
}

function encode(value: Rlp): string {
  if (typeof value !== "string") {
    let body = "";
    for (const item of value) body += encode(item);
    return prefix(body.length / 2, FIRST_OF_LISTS) + body;
  }
  if (!value.startsWith("0x") || value.length % 2 !== 0) throw new Error(`${value.slice(0, 20)} … is no hex of bytes`);
  const digits = value.slice(2);
  const isItself = digits.length === 2 && Number.parseInt(digits, 16) < FIRST_PREFIX;
  return isItself ? digits : prefix(digits.length / 2, FIRST_PREFIX) + digits;
}

function prefix(bytes: number, first: number): string {
  if (bytes <= LONGEST_SHORT) return hexOf(first + bytes);
  const length = hexOf(bytes);
  return hexOf(first + LONGEST_SHORT + length.length / 2) + length;
}

function hexOf(number: number): string {
  const digits = number.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
