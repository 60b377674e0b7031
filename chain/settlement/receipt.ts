/** Makes the receipt of a settled session out of what an endpoint shows of its block; only one that proves itself is given out. */
import {
  type LuxxonReceipt,
  provenValue,
  RECEIPT_FORMAT,
  RECEIPT_FORMAT_VERSION,
  ReceiptAlteredError,
  verifyReceipt,
} from "@luxxon/contracts-abi/receipt";
import { type Address, fromRlp, getAddress, type Hash, type Hex, isHex, keccak256, numberToHex } from "viem";
import { encodeHeader } from "../rpc/blocks.ts";
import { readReceipts } from "../rpc/contents.ts";
import type { Send } from "../rpc/endpoint.ts";
import { sameHex } from "../rpc/hex.ts";
import { causeOf } from "../rpc/problems.ts";
import { encodeReceipt, type RawReceipt } from "../rpc/receipts.ts";
import { encodeTransaction, type RawTransaction } from "../rpc/transactions.ts";
import { branchOf } from "../rpc/trees.ts";
import { UsageError } from "../usageError.ts";
import { decodeLog } from "./decode.ts";

/** All of a block that its sessions' receipts are made of. */
export interface SettledBlock {
  readonly hash: Hash;
  readonly number: bigint;
  readonly receiptsRoot: Hash;
  readonly header: Hex;
  readonly hashes: readonly Hash[];
  readonly transactions: readonly Hex[];
  readonly receipts: readonly (RawReceipt & { readonly blockHash: Hash })[];
  /** Undefined: the endpoint has no proof of the contract's account in this block. */
  readonly code: { readonly codeHash: Hash; readonly accountProof: readonly Hex[] } | undefined;
}

export interface ReceiptOf {
  /** A UUID, or 32 bytes of hex. */
  readonly sessionId: string;
  /** The same on the chain. */
  readonly id: Hex;
  readonly chainId: number;
  readonly settlement: Address;
  readonly transactionHash: Hash;
}

type Shown = Record<string, unknown>;

/** @throws {UsageError} if the endpoint does not show the block, or shows anything of it that is not so. */
export async function readSettledBlock(ask: Send, settlement: Address, hash: Hash): Promise<SettledBlock> {
  return await wellFormed(hash, () => readWhole(ask, settlement, hash));
}

/** What is no block, no transaction or no receipt breaks somewhere below. @throws {UsageError} for whatever does. */
async function wellFormed<T>(hash: Hash, make: () => T | Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (causeOf(error, UsageError) !== undefined) throw error;
    throw new UsageError(`What the endpoint shows of block ${hash} is malformed.`, { cause: error });
  }
}

async function readWhole(ask: Send, settlement: Address, hash: Hash): Promise<SettledBlock> {
  const block = (await ask("eth_getBlockByHash", [hash, true])) as Shown | null;
  const header = block === null ? undefined : encodeHeader(block);
  if (block === null || header === undefined || keccak256(header) !== hash)
    throw new UsageError(`The endpoint does not show block ${hash}.`);
  const shown = block.transactions as RawTransaction[];
  const number = BigInt(block.number as Hex);
  const transactions = shown.map((transaction) => {
    const encoded = encodeTransaction(transaction);
    if (encoded !== undefined && keccak256(encoded) === transaction.hash) return encoded;
    throw new UsageError(`Transaction ${transaction.hash} is of a kind that is not known here.`);
  });
  const hashes = shown.map((transaction) => transaction.hash);
  const asker = {
    ask,
    askAll: <T, R>(items: readonly T[], one: (item: T) => Promise<R>) => Promise.all(items.map(one)),
  };
  const receipts = await readReceipts<SettledBlock["receipts"][number]>(asker, number, hashes);
  if (receipts === undefined) throw new UsageError(`The endpoint does not show the receipts of block ${number}.`);
  if (receipts.some(({ blockHash }) => blockHash !== hash))
    throw new UsageError(`Block ${hash} was replaced: ask again.`);
  const code = await readCode(ask, settlement, number, block.stateRoot as Hash);
  const receiptsRoot = block.receiptsRoot as Hash;
  return { hash, number, receiptsRoot, header, hashes, transactions, receipts, code };
}

/** @throws {UsageError} if the block does not hold the session's settlement. */
export function receiptIn(block: SettledBlock, of: ReceiptOf): Promise<LuxxonReceipt> {
  return wellFormed(block.hash, () => composed(block, of));
}

function composed(block: SettledBlock, of: ReceiptOf): LuxxonReceipt {
  const index = block.hashes.indexOf(of.transactionHash);
  const logs = block.receipts[index]?.logs ?? [];
  const events = logs.map((log, logIndex) => {
    if (!sameHex(log.address, of.settlement)) return undefined;
    const entry = decodeLog({ isUsdc: false, topics: [...log.topics], data: log.data, logIndex });
    return entry?.eventName === "Settled" && entry.args.sessionId === of.id ? entry.args : undefined;
  });
  const receiptLogIndex = events.findIndex((event) => event !== undefined);
  const event = events[receiptLogIndex];
  if (event === undefined)
    throw new UsageError(`Transaction ${of.transactionHash} does not settle session ${of.sessionId}.`);
  const { from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds } = event;
  const encoded = block.receipts.map(encodeReceipt);
  const receipt: LuxxonReceipt = {
    format: RECEIPT_FORMAT,
    formatVersion: RECEIPT_FORMAT_VERSION,
    sessionId: of.sessionId,
    chainId: of.chainId,
    settlementAddress: getAddress(of.settlement),
    blockNumber: String(block.number),
    blockHash: block.hash,
    settled: {
      from,
      to,
      toAmount: String(toAmount),
      feeAmount: String(feeAmount),
      ratePerSecond: String(ratePerSecond),
      chargeableSeconds: String(chargeableSeconds),
    },
    header: block.header,
    receiptsRoot: block.receiptsRoot,
    transactionHash: of.transactionHash,
    transactionIndex: index,
    receiptLogIndex,
    receipt: encoded[index] as Hex,
    proof: branchOf(encoded, index).nodes,
    transaction: block.transactions[index] as Hex,
    transactionProof: branchOf(block.transactions, index).nodes,
    ...block.code,
  };
  const verdict = verifyReceipt(receipt, { blockHash: block.hash, settlement: of.settlement });
  if (verdict.isProven) return receipt;
  throw new UsageError(
    `What the endpoint shows of block ${block.hash} is not so: ${verdict.place} ${verdict.problem}.`,
  );
}

/** Few endpoints prove the state of blocks that are not new: a receipt says less then. */
async function readCode(
  ask: Send,
  settlement: Address,
  number: bigint,
  stateRoot: Hash,
): Promise<SettledBlock["code"]> {
  try {
    const answer = await ask("eth_getProof", [settlement, [], numberToHex(number)]);
    const accountProof = (answer as { accountProof?: unknown } | null)?.accountProof;
    if (!Array.isArray(accountProof) || !accountProof.every((node) => isHex(node))) return undefined;
    const names = { nodes: "accountProof", key: "settlementAddress" };
    const account = provenValue(stateRoot, keccak256(settlement), accountProof, names);
    // Whatever else the answer says of the account.
    const [, , , codeHash] = fromRlp(account, "hex") as Hash[];
    return codeHash === undefined ? undefined : { codeHash, accountProof };
  } catch (error) {
    if (error instanceof UsageError || error instanceof ReceiptAlteredError) return undefined;
    throw error;
  }
}
