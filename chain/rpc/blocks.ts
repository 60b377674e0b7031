/** Reads blocks, and holds each against its own hash: an endpoint can make up a block, but not one that has a given hash. */
import { numberField } from "@luxxon/contracts-abi/receipt";
import { type Hash, type Hex, numberToHex } from "viem";
import { UsageError } from "../usageError.ts";
import type { Endpoint } from "./endpoint.ts";
import { sameHex } from "./hex.ts";
import { keccak256 } from "./keccak.ts";
import { contradiction, RequestProblem } from "./problems.ts";
import { toRlp } from "./rlp.ts";

/** What is asked of a header here; all of it is held against the block's hash. */
export interface Block {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly stateRoot: Hash;
  readonly transactionsRoot: Hash;
  readonly receiptsRoot: Hash;
  readonly logsBloom: Hex;
}

export type BlockTag = "safe" | "latest";

/** As JSON-RPC shows it. */
export type RawBlock = Readonly<Record<string, unknown>>;

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

/**
 * The header's RLP, of which its hash is made. Whatever else stands beside the header's own fields is left out: the hash
 * alone says whether these are all.
 */
export function encodeHeader(block: RawBlock): Hex {
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
  return raw === null ? undefined : checkedBlock(endpoint, raw);
}

/** @throws {UsageError} if the block's own fields do not give its hash. */
export function checkedBlock({ where }: Endpoint, raw: RawBlock): Block {
  const { block, shown } = blockIn(where, raw);
  if (sameHex(shown, block.hash)) return block;
  throw contradiction(where, `block ${block.number} does not have the hash ${shown} that it shows`);
}

function blockIn(where: string, raw: RawBlock): { block: Block; shown: string | undefined } {
  try {
    const { hash: shown, number, timestamp, ...named } = raw as unknown as Record<keyof Block, Hash>;
    const { parentHash, stateRoot, transactionsRoot, receiptsRoot, logsBloom } = named;
    const roots = { parentHash, stateRoot, transactionsRoot, receiptsRoot, logsBloom };
    const hash = keccak256(encodeHeader(raw));
    return { block: { number: BigInt(number), hash, timestamp: Number(BigInt(timestamp)), ...roots }, shown };
  } catch {
    throw contradiction(where, `what it shows as a block is none: ${JSON.stringify(raw).slice(0, 80)}`);
  }
}
