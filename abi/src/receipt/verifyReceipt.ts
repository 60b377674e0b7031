/** Checks a receipt offline, from the hash of its block down to the contract's event. */
import { type Address, getAddress, type Hash, type Hex, keccak256 } from "viem";
import { LuxxonInputError } from "../errors.ts";
import { getLuxxonSettlementDeployments } from "../lookup.ts";
import { sessionIdFromUuid } from "../sessionId.ts";
import { ReceiptAlteredError } from "./altered.ts";
import { type LuxxonReceipt, readReceipt, type SettledFields } from "./file.ts";
import { indexKey, listOf, provenValue, type Rlp } from "./trie.ts";
import { notProven, proven } from "./words.ts";

export interface VerifyReceiptOptions {
  /** Of the block, from a source that the reader trusts: a node of their own, explorers that agree. */
  blockHash: Hash;
  /** The contract that the reader trusts; without it, the answer names the contract that the receipt is of. */
  settlement?: Address | undefined;
}

/** What is so, if the block with the given hash is on the chain. */
export interface ProvenReceipt {
  isProven: true;
  session: {
    sessionId: Hex;
    /** The consumer. */
    from: Address;
    /** The operator. */
    to: Address;
    /** µUSDC. */
    toAmount: bigint;
    /** µUSDC. */
    feeAmount: bigint;
    /** µUSDC. */
    ratePerSecond: bigint;
    chargeableSeconds: bigint;
  };
  settlement: Address;
  block: {
    hash: Hash;
    number: bigint;
    /** Seconds since 1970. */
    timestamp: bigint;
  };
  transactionHash: Hash;
  /** That the transaction was signed for; undefined: its kind names none, as those that come from the chain below. */
  chainId: number | undefined;
  /** keccak256 of the code at the contract's address at the end of the block; undefined: the receipt does not show it. */
  codeHash: Hash | undefined;
  /** In sentences, for people. */
  proves: string[];
  doesNotProve: string[];
}

/** The first thing that is not as the chain has it. */
export interface AlteredReceipt {
  isProven: false;
  /** The field, as in `settled.toAmount` or `proof[1]`. */
  place: string;
  problem: string;
}

export type VerifyReceiptReturnType = ProvenReceipt | AlteredReceipt;

/** The fields of a header that are read here, by their place: all forks have them there. */
const HEADER = { stateRoot: 3, transactionsRoot: 4, receiptsRoot: 5, number: 8, timestamp: 11 } as const;
/** The last that a date can be. */
const LAST_SECOND = 8_640_000_000_000n;
/** Kinds of transactions, by the byte before them; the oldest has none. */
const LEGACY = 0;
const KNOWN_TYPES = [LEGACY, 1, 2, 3, 4, 0x7e];
/** Those that come from the chain below; their receipts may have two fields more. */
const DEPOSIT = 0x7e;

/**
 * Whether a receipt is what it says: asks nobody, and believes nothing but the block's hash.
 *
 * @param file What was parsed from the receipt's JSON; anything is taken, and what is no receipt is not proven.
 * @throws {LuxxonInputError} `blockHash` or `settlement` is malformed; never for what the file holds.
 * @example
 * const verdict = verifyReceipt(JSON.parse(text), { blockHash: "0x…" });
 * if (verdict.isProven) console.log(verdict.session.toAmount, verdict.proves.join("\n"));
 * else console.log(verdict.place, verdict.problem);
 */
export function verifyReceipt(file: unknown, { blockHash, settlement }: VerifyReceiptOptions): VerifyReceiptReturnType {
  if (!/^0x[0-9a-f]{64}$/i.test(blockHash))
    throw new LuxxonInputError(`"${blockHash}" is not the hash of a block: 0x and 64 hexadecimal digits.`, blockHash);
  if (settlement !== undefined && !/^0x[0-9a-f]{40}$/i.test(settlement))
    throw new LuxxonInputError(`"${settlement}" is not an address: 0x and 40 hexadecimal digits.`, settlement);
  try {
    return verify(file, blockHash.toLowerCase() as Hash, settlement?.toLowerCase() as Address | undefined);
  } catch (error) {
    if (error instanceof ReceiptAlteredError) return { isProven: false, place: error.place, problem: error.problem };
    throw error;
  }
}

function verify(file: unknown, blockHash: Hash, settlement: Address | undefined): ProvenReceipt {
  const { receipt, others } = readReceipt(file);
  const { settlementAddress, transactionIndex } = receipt;
  same("blockHash", receipt.blockHash, blockHash);
  if (settlement !== undefined) same("settlementAddress", settlementAddress, settlement);

  if (keccak256(receipt.header) !== blockHash)
    throw new ReceiptAlteredError("header", "does not have the block's hash");
  const header = listOf(receipt.header, "header");
  const headerField = (name: keyof typeof HEADER) => bytesOf(header[HEADER[name]], "header");
  const timestamp = numberIn(headerField("timestamp"));
  if (timestamp > LAST_SECOND) throw new ReceiptAlteredError("header", "is no header of a block");
  same("receiptsRoot", receipt.receiptsRoot, headerField("receiptsRoot"));
  same("blockNumber", receipt.blockNumber, String(numberIn(headerField("number"))));

  const key = indexKey(transactionIndex);
  const shown = (root: Hex, nodes: "proof" | "transactionProof") =>
    provenValue(root, key, receipt[nodes], { nodes, key: "transactionIndex" });
  same("receipt", receipt.receipt, shown(receipt.receiptsRoot, "proof"));
  same("transaction", receipt.transaction, shown(headerField("transactionsRoot"), "transactionProof"));
  same("transactionHash", receipt.transactionHash, keccak256(receipt.transaction));
  const chainId = chainIdOf(receipt.transaction);
  if (chainId !== undefined) same("chainId", String(receipt.chainId), String(chainId));

  const session = settledIn(receipt);
  const codeHash = codeHashOf(receipt, headerField("stateRoot"));
  // A transaction without a chain leaves it open; an address of another chain is another contract.
  const known =
    chainId === undefined
      ? undefined
      : getLuxxonSettlementDeployments(chainId).find(({ address }) => address.toLowerCase() === settlementAddress);
  if (known !== undefined && codeHash !== undefined) same("codeHash", codeHash, known.codeHash);

  const facts = {
    session,
    settlement: getAddress(settlementAddress),
    block: { hash: blockHash, number: BigInt(receipt.blockNumber), timestamp },
    transactionHash: receipt.transactionHash,
    chainId,
    codeHash,
  };
  const basis = { isNamed: settlement !== undefined, version: known?.version, others };
  return { isProven: true, ...facts, proves: proven(facts, basis), doesNotProve: notProven(facts, basis) };
}

/** A log that is an event of this shape: three of its arguments in topics, four in words of data. */
interface Settled {
  address: Hex;
  topics: readonly [selector: Hex, sessionId: Hex, from: Hex, to: Hex];
  words: readonly bigint[];
}

/** The event's selector; to find it in the ABI would cost a web page more than all of the check. A test holds it to the ABI. */
export const SETTLED_SELECTOR: Hex = "0x3c2f1f2d0b72345a6485430cb4ac8fd6f0750636b3b793aa4976a0008d8c8079";

/** The event that the receipt holds at the place that it names. */
function settledIn({ receipt, receiptLogIndex, ...file }: LuxxonReceipt): ProvenReceipt["session"] {
  const [type, body] = typed(receipt, "receipt");
  const isLength = type === DEPOSIT ? body.length >= 4 && body.length <= 6 : body.length === 4;
  if (!isLength) throw new ReceiptAlteredError("receipt", "is no receipt of a transaction");
  if (body[0] !== "0x01") throw new ReceiptAlteredError("receipt", "is of a transaction that failed");
  const logs = Array.isArray(body[3]) ? body[3].map(settledOf) : [];
  const sessionId = file.sessionId.startsWith("0x") ? (file.sessionId as Hex) : sessionIdFromUuid(file.sessionId);
  const isOurs = (log: Settled | undefined) => log?.address === file.settlementAddress && log.topics[1] === sessionId;

  const log = logs[receiptLogIndex];
  const elsewhere = logs.findIndex(isOurs);
  if (log === undefined || (!isOurs(log) && elsewhere >= 0)) {
    const where = elsewhere < 0 ? "no settlement is there" : `the session's settlement is log ${elsewhere}`;
    throw new ReceiptAlteredError("receiptLogIndex", where);
  }
  const [, id, from, to] = log.topics;
  const [toAmount = 0n, feeAmount = 0n, ratePerSecond = 0n, chargeableSeconds = 0n] = log.words;
  same("settlementAddress", file.settlementAddress, log.address);
  same("sessionId", sessionId, id);
  const amounts = { toAmount, feeAmount, ratePerSecond, chargeableSeconds };
  const found = { from: addressIn(from), to: addressIn(to), ...amounts };
  for (const [name, value] of Object.entries(found) as [keyof SettledFields, Hex | bigint][])
    same(`settled.${name}`, file.settled[name], String(value));
  return { sessionId, ...amounts, from: getAddress(found.from), to: getAddress(found.to) };
}

/** @returns undefined if a log is no `Settled`, be it of any contract. */
function settledOf(log: Rlp): Settled | undefined {
  const [address, topics, data] = log as [Hex, Settled["topics"], Hex];
  const isOne = Array.isArray(topics) && topics.length === 4 && topics[0] === SETTLED_SELECTOR;
  if (!isOne || !topics.every((topic) => isBytes(topic, 32)) || !isBytes(data, 4 * 32)) return undefined;
  return { address, topics, words: (data.slice(2).match(/.{64}/g) ?? []).map((word) => BigInt(`0x${word}`)) };
}

/** What the state's tree says of the contract's account; undefined if the file leaves it out. */
function codeHashOf({ settlementAddress, codeHash, accountProof }: LuxxonReceipt, stateRoot: Hex): Hash | undefined {
  if (codeHash === undefined || accountProof === undefined) return undefined;
  const names = { nodes: "accountProof", key: "settlementAddress" };
  const account = listOf(provenValue(stateRoot, keccak256(settlementAddress), accountProof, names), "accountProof");
  same("codeHash", codeHash, bytesOf(account[3], "accountProof"));
  return codeHash;
}

/** The chain that a transaction was signed for. */
function chainIdOf(transaction: Hex): number | undefined {
  const [type, fields] = typed(transaction, "transaction");
  if (type === DEPOSIT) return undefined;
  if (type !== LEGACY) return Number(numberIn(bytesOf(fields[0], "transaction")));
  // EIP-155 hides it in the signature; before that, a transaction was good on every chain.
  const v = numberIn(bytesOf(fields[6], "transaction"));
  return v < 35n ? undefined : Number((v - 35n) / 2n);
}

/** EIP-2718: a byte for the kind, before a list; the oldest kind is the list alone. */
function typed(encoded: Hex, place: string): [type: number, fields: readonly Rlp[]] {
  const first = Number.parseInt(encoded.slice(2, 4), 16);
  const type = first >= 0xc0 ? LEGACY : first;
  if (!KNOWN_TYPES.includes(type)) throw new ReceiptAlteredError(place, "is of a kind that is not known here");
  return [type, listOf(type === LEGACY ? encoded : `0x${encoded.slice(4)}`, place)];
}

function same(place: string, said: string, found: string): void {
  if (said !== found)
    throw new ReceiptAlteredError(place, `the receipt says ${short(said)}, and it is ${short(found)}`);
}

function short(value: string): string {
  return value.length > 66 ? `${value.slice(0, 18)}… (${(value.length - 2) / 2} bytes)` : value;
}

function addressIn(topic: Hex): Address {
  return `0x${topic.slice(26)}`;
}

function isBytes(field: Rlp | undefined, length: number): boolean {
  return typeof field === "string" && field.length === 2 + 2 * length;
}

function bytesOf(field: Rlp | undefined, place: string): Hex {
  if (typeof field !== "string") throw new ReceiptAlteredError(place, "is not what it must be");
  return field as Hex;
}

function numberIn(field: Hex): bigint {
  return field === "0x" ? 0n : BigInt(field);
}
