/**
 * Reads all that a block holds: its transactions and their receipts, held against the roots that its header names. What
 * comes out of here can only be wrong if the block's hash is.
 */
import { type Address, type Hash, type Hex, numberToHex } from "viem";
import { type Block, checkedBlock, type RawBlock } from "./blocks.ts";
import type { Endpoint } from "./endpoint.ts";
import { sameHex } from "./hex.ts";
import { keccak256 } from "./keccak.ts";
import { causeOf, contradiction, type ProblemKind, RequestProblem } from "./problems.ts";
import { encodeReceipt, type RawReceipt } from "./receipts.ts";
import { senderOf } from "./sender.ts";
import { encodeTransaction, type RawTransaction } from "./transactions.ts";
import { branchOf } from "./trees.ts";

export interface Contents {
  readonly block: Block;
  /** In the order of the block. */
  readonly transactions: readonly Included[];
}

/** A transaction of a block, and what came of it. */
export interface Included {
  readonly hash: Hash;
  /** Undefined: it creates a contract. */
  readonly to: Address | undefined;
  readonly nonce: bigint;
  readonly input: Hex;
  readonly isSuccess: boolean;
  readonly gasUsed: bigint;
  readonly logs: readonly IncludedLog[];
  /** By its signature; it takes a millisecond, so only who asks for it pays. */
  sender(): Promise<Address>;
}

export interface IncludedLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  /** In the block. */
  readonly logIndex: number;
}

/** @throws {UsageError} if there is no such block, or if it is not what its hash says. */
export async function readContents(endpoint: Endpoint, number: bigint): Promise<Contents> {
  const raw = (await endpoint.ask("eth_getBlockByNumber", [numberToHex(number), true])) as RawBlock | null;
  if (raw === null) throw contradiction(endpoint.where, `it shows logs of block ${number}, but not the block`);
  const block = checkedBlock(endpoint, raw);
  if (block.number !== number) {
    throw contradiction(endpoint.where, `asked for block ${number}, it shows ${block.number}`);
  }
  const shown = raw.transactions as readonly RawTransaction[];
  const encoded = shown.map((transaction) => checkedTransaction(endpoint, block, transaction));
  checkRoot(endpoint, block, "transactions", encoded, block.transactionsRoot);
  const hashes = shown.map(({ hash }) => hash);
  const receipts = await readReceipts(endpoint, number, hashes);
  if (receipts === undefined) {
    throw contradiction(endpoint.where, `it does not show all receipts of block ${number}`);
  }
  checkRoot(endpoint, block, "receipts", encodedReceipts(receipts), block.receiptsRoot);

  let logIndex = 0;
  let gasBefore = 0n;
  const transactions = shown.map((transaction, i): Included => {
    const receipt = receipts[i] as RawReceipt;
    const gas = BigInt(receipt.cumulativeGasUsed);
    const gasUsed = gas - gasBefore;
    gasBefore = gas;
    const { to, nonce, input, from } = transaction as RawTransaction & { to?: Address; nonce: Hex; input: Hex };
    return {
      hash: transaction.hash,
      to: to ?? undefined,
      // Deposits have none of their own; their receipts' is proved only if the version is.
      nonce: BigInt((receipt.depositReceiptVersion ? receipt.depositNonce : nonce) ?? 0),
      input,
      isSuccess: receipt.status !== undefined && BigInt(receipt.status) === 1n,
      gasUsed,
      logs: receipt.logs.map(({ address, topics, data }) => ({ address, topics, data, logIndex: logIndex++ })),
      async sender() {
        const sender = await senderOf(encoded[i] as Hex).catch(() => undefined);
        if (sender !== undefined && sameHex(from as Hex, sender)) return sender;
        throw contradiction(endpoint.where, `transaction ${transaction.hash} was not signed by ${from}`);
      },
    };
  });
  return { block, transactions };
}

function checkedTransaction({ where }: Endpoint, { number }: Block, transaction: RawTransaction): Hex {
  let encoded: Hex | undefined;
  try {
    encoded = encodeTransaction(transaction);
    if (encoded !== undefined && sameHex(transaction.hash, keccak256(encoded))) return encoded;
  } catch {
    // What is no transaction has no hash.
  }
  throw contradiction(
    where,
    `transaction ${transaction?.hash} of block ${number}, of type ${transaction?.type}, does not have the hash that it shows`,
  );
}

/** None if one of them is no receipt. */
function encodedReceipts(receipts: readonly RawReceipt[]): Hex[] {
  try {
    return receipts.map(encodeReceipt);
  } catch {
    return [];
  }
}

function checkRoot({ where }: Endpoint, { number }: Block, what: string, values: readonly Hex[], root: Hash): void {
  if (values.length > 0 && sameHex(branchOf(values, 0).root, root)) return;
  throw contradiction(where, `the ${what} of block ${number} are not those that its header names`);
}

/** The method is not there, or not in this plan, or the block is too large for one answer. */
const MAY_DO_ONE_BY_ONE: readonly ProblemKind[] = ["method", "refused", "range"];

/** Whoever has said not to know the method. */
const oneByOne = new WeakSet<Asker>();

type Asker = Pick<Endpoint, "ask" | "askAll">;

/** Of a whole block at once, or one by one where the endpoint cannot. @returns undefined if it does not show all. */
export async function readReceipts<Receipt extends RawReceipt>(
  asker: Asker,
  number: bigint,
  hashes: readonly Hash[],
): Promise<Receipt[] | undefined> {
  let receipts: unknown;
  try {
    if (!oneByOne.has(asker)) receipts = await asker.ask("eth_getBlockReceipts", [numberToHex(number)]);
  } catch (error) {
    const kind = causeOf(error, RequestProblem)?.kind;
    if (kind === undefined || !MAY_DO_ONE_BY_ONE.includes(kind)) throw error;
    if (kind === "method") oneByOne.add(asker);
  }
  receipts ??= await asker.askAll(hashes, (hash) => asker.ask("eth_getTransactionReceipt", [hash]));
  const isWhole = Array.isArray(receipts) && receipts.length === hashes.length && !receipts.includes(null);
  return isWhole ? (receipts as Receipt[]) : undefined;
}
