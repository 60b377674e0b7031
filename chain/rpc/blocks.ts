/** Reads blocks, and holds each against its own hash: an endpoint can make up a block, but not one that has a given hash. */
import { numberField } from "@luxxon/contracts-abi/receipt";
import { type Hash, type Hex, keccak256, numberToHex, toRlp } from "viem";
import { UsageError } from "../usageError.ts";
import type { Endpoint } from "./endpoint.ts";
import { sameHex } from "./hex.ts";
import { contradiction, RequestProblem } from "./problems.ts";

/** The part of a block that is asked for here. */
export interface Block {
  readonly number: bigint;
  readonly hash: Hash;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Whether the hash was held against the header. */
  readonly isVerified: boolean;
}

export type BlockTag = "safe" | "latest";

type RawBlock = Record<string, unknown> & { hash: Hash; number: Hex; timestamp: Hex };

/** The fields of a header in the order of their RLP; numbers lose their leading zeros there, bytes do not. */
const HEADER: readonly (readonly [name: string, isNumber: boolean])[] = [
  ["parentHash", false],
  ["sha3Uncles", false],
  ["miner", false],
  ["stateRoot", false],
  ["transactionsRoot", false],
  ["receiptsRoot", false],
  ["logsBloom", false],
  ["difficulty", true],
  ["number", true],
  ["gasLimit", true],
  ["gasUsed", true],
  ["timestamp", true],
  ["extraData", false],
  ["mixHash", false],
  ["nonce", false],
  // Each of these came with a fork; a header that has one has all before it.
  ["baseFeePerGas", true],
  ["withdrawalsRoot", false],
  ["blobGasUsed", true],
  ["excessBlobGas", true],
  ["parentBeaconBlockRoot", false],
  ["requestsHash", false],
];

/** What an answer has beside the header. */
const NOT_OF_THE_HEADER = new Set(["hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"]);

/** keccak256 of the header, or undefined if it has fields that are not known here: a fork has added them. */
export function hashOfHeader(block: Record<string, unknown>): Hash | undefined {
  const header = encodeHeader(block);
  return header === undefined ? undefined : keccak256(header);
}

/** The header's RLP, of which its hash is made; undefined as in `hashOfHeader`. */
export function encodeHeader(block: Record<string, unknown>): Hex | undefined {
  const known = new Set(HEADER.map(([name]) => name));
  const isStrange = Object.keys(block).some((name) => !known.has(name) && !NOT_OF_THE_HEADER.has(name));
  if (isStrange) return undefined;
  const fields = HEADER.filter(([name]) => block[name] !== undefined && block[name] !== null);
  return toRlp(fields.map(([name, isNumber]) => (isNumber ? numberField(block[name] as Hex) : (block[name] as Hex))));
}

/**
 * Reads a block by its number.
 *
 * @throws {UsageError} if there is none, or if it is not what its hash says.
 */
export async function readBlock(endpoint: Endpoint, number: bigint): Promise<Block> {
  const block = await askForBlock(endpoint, numberToHex(number));
  if (block === undefined) throw new UsageError(`${endpoint.where} has no block ${number}.`);
  if (block.number !== number)
    throw contradiction(endpoint.where, `asked for block ${number}, it shows ${block.number}`);
  return block;
}

/** Reads the block that a tag names; undefined if the endpoint does not know the tag. */
export async function readTag(endpoint: Endpoint, tag: BlockTag): Promise<Block | undefined> {
  try {
    return await askForBlock(endpoint, tag);
  } catch (error) {
    // Nodes without the tag say so in many words.
    if (error instanceof RequestProblem && tag === "safe") return undefined;
    throw error;
  }
}

async function askForBlock(endpoint: Endpoint, which: Hex | BlockTag): Promise<Block | undefined> {
  const raw = (await endpoint.ask("eth_getBlockByNumber", [which, false])) as RawBlock | null;
  if (raw === null) return undefined;
  const number = BigInt(raw.number);
  const hash = hashOfHeader(raw);
  if (hash !== undefined && !sameHex(raw.hash, hash)) {
    throw contradiction(endpoint.where, `block ${number} does not have the hash ${raw.hash} that it shows`);
  }
  return { number, hash: raw.hash, timestamp: Number(BigInt(raw.timestamp)), isVerified: hash !== undefined };
}
