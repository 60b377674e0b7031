/** Describes the receipt of a settled session as it is written to files and sent by the platform, and reads one. */
import type { Address, Hash, Hex } from "viem";
import { ReceiptAlteredError } from "./altered.ts";

export const RECEIPT_FORMAT = "luxxon-receipt";
/** Changes when a reader of the format before would go wrong. */
export const RECEIPT_FORMAT_VERSION = 1;

/** What a session's `Settled` event says; whole numbers as decimal digits. */
export interface SettledFields {
  /** The consumer, out of whose pool it was paid. */
  from: Address;
  /** The operator. */
  to: Address;
  /** µUSDC for the operator. */
  toAmount: string;
  /** µUSDC for the platform. */
  feeAmount: string;
  /** µUSDC a second. */
  ratePerSecond: string;
  chargeableSeconds: string;
}

/** A receipt: what it says, and what shows to whoever knows the block's hash that it is so. It is JSON. */
export interface LuxxonReceipt {
  format: typeof RECEIPT_FORMAT;
  formatVersion: typeof RECEIPT_FORMAT_VERSION;
  /** A UUID, or 32 bytes for an id that stands for none. */
  sessionId: string;
  chainId: number;
  settlementAddress: Address;
  /** Decimal digits. */
  blockNumber: string;
  blockHash: Hash;
  settled: SettledFields;
  /** The block's header in RLP: its keccak256 is the block's hash. */
  header: Hex;
  receiptsRoot: Hash;
  transactionHash: Hash;
  /** In the block; from 0. */
  transactionIndex: number;
  /** Which of the transaction's logs is the contract's `Settled`; from 0. */
  receiptLogIndex: number;
  /** EIP-2718. */
  receipt: Hex;
  /** Nodes of the tree of receipts, from its root. */
  proof: readonly Hex[];
  /** EIP-2718, signed. */
  transaction: Hex;
  /** Nodes of the tree of transactions, from its root. */
  transactionProof: readonly Hex[];
  /** keccak256 of the contract's code at the end of the block; left out, with its proof, where no endpoint proves it. */
  codeHash?: Hash | undefined;
  /** Nodes of the tree of accounts, from its root. */
  accountProof?: readonly Hex[] | undefined;
}

type Shape = readonly [test: (value: unknown) => boolean, what: string];

const matches = (pattern: RegExp) => (value: unknown) => typeof value === "string" && pattern.test(value);
const bytes = matches(/^0x([0-9a-f]{2})*$/i);
const isIndex = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

const BYTES: Shape = [bytes, "is not hex"];
const NODES: Shape = [(value) => Array.isArray(value) && value.every(bytes), "is not a list of hex"];
const HASH: Shape = [matches(/^0x[0-9a-f]{64}$/i), "is not 32 bytes of hex"];
const ADDRESS: Shape = [matches(/^0x[0-9a-f]{40}$/i), "is not an address"];
const DIGITS: Shape = [matches(/^(0|[1-9][0-9]{0,77})$/), "is not a whole number in decimal digits"];
const INDEX: Shape = [isIndex, "is not a whole number"];

const SETTLED = {
  from: ADDRESS,
  to: ADDRESS,
  toAmount: DIGITS,
  feeAmount: DIGITS,
  ratePerSecond: DIGITS,
  chargeableSeconds: DIGITS,
} satisfies Record<keyof SettledFields, Shape>;

const REQUIRED = {
  format: [(value) => value === RECEIPT_FORMAT, `is not "${RECEIPT_FORMAT}"`],
  formatVersion: [(value) => value === RECEIPT_FORMAT_VERSION, `is not ${RECEIPT_FORMAT_VERSION}`],
  sessionId: [
    matches(/^(0x[0-9a-f]{64}|[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})$/i),
    "is neither a UUID nor 32 bytes of hex",
  ],
  chainId: INDEX,
  settlementAddress: ADDRESS,
  blockNumber: DIGITS,
  blockHash: HASH,
  settled: [isObject, "is not an object"],
  header: BYTES,
  receiptsRoot: HASH,
  transactionHash: HASH,
  transactionIndex: INDEX,
  receiptLogIndex: INDEX,
  receipt: BYTES,
  proof: NODES,
  transaction: BYTES,
  transactionProof: NODES,
} satisfies Record<Exclude<keyof LuxxonReceipt, "codeHash" | "accountProof">, Shape>;

const CODE = { codeHash: HASH, accountProof: NODES } satisfies Partial<Record<keyof LuxxonReceipt, Shape>>;

/**
 * The file's own fields, hex in lower case; and the names of all others, which say nothing here.
 *
 * @throws {ReceiptAlteredError} A field is missing, or is not what it must be.
 */
export function readReceipt(file: unknown): { receipt: LuxxonReceipt; others: string[] } {
  if (!isObject(file)) throw new ReceiptAlteredError("the file", "is not an object");
  const fields: Record<string, unknown> = {};
  const others: string[] = [];
  read(file, REQUIRED, "", fields, others);
  const settled = {};
  read(file.settled as Record<string, unknown>, SETTLED, "settled.", settled, others);
  // Half of it is an alteration; none of it is a receipt that says less.
  const hasCode = Object.keys(CODE).some((name) => file[name] !== undefined);
  if (hasCode) read(file, CODE, "", fields, []);
  return {
    receipt: { ...fields, settled } as LuxxonReceipt,
    others: others.filter((name) => !(name in CODE)),
  };
}

function read(
  from: Record<string, unknown>,
  shapes: Record<string, Shape>,
  prefix: string,
  into: Record<string, unknown>,
  others: string[],
): void {
  for (const [name, [test, problem]] of Object.entries(shapes)) {
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (value === undefined) throw new ReceiptAlteredError(prefix + name, "is missing");
    if (!test(value)) throw new ReceiptAlteredError(prefix + name, problem);
    into[name] = lower(value);
  }
  for (const name of Object.keys(from)) if (!Object.hasOwn(shapes, name)) others.push(prefix + name);
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === "string" ? value.toLowerCase() : value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
