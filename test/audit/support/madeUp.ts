/**
 * Makes up a stretch of a chain: other logs, other calldata, and whatever follows from them. Sealed, every signature, hash
 * and root is right: only somebody with everybody's keys who makes up every block could do that. Unsealed, all of them stay
 * as they were, as an endpoint would show it that merely says something else.
 */
import { encodeHeader, type RawBlock } from "@luxxon/chain/rpc/blocks";
import { bloomBits } from "@luxxon/chain/rpc/bloom";
import type { Send } from "@luxxon/chain/rpc/endpoint";
import { encodeReceipt, type RawReceipt } from "@luxxon/chain/rpc/receipts";
import { encodeTransaction, type RawTransaction } from "@luxxon/chain/rpc/transactions";
import { branchOf } from "@luxxon/chain/rpc/trees";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { localAccounts } from "@luxxon/local/accounts";
import { type Address, getAddress, type Hash, type Hex, keccak256, numberToHex, parseTransaction } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** The blocks as they are on the chain. */
export interface TrueBlock {
  readonly raw: RawBlock & { readonly number: Hex; readonly transactions: readonly TrueTransaction[] };
  readonly receipts: readonly TrueReceipt[];
}

type TrueTransaction = RawTransaction & { readonly from: Address; readonly input: Hex };
export type TrueReceipt = Omit<RawReceipt, "logs"> & {
  readonly transactionHash: Hash;
  readonly logs: readonly RawLog[];
};

/** What is altered, by the hash that a transaction has on the chain. */
export interface Alterations {
  readonly logs: ReadonlyMap<Hash, readonly Pick<RawLog, "address" | "topics" | "data">[]>;
  readonly inputs: ReadonlyMap<Hash, Hex>;
  readonly isSealed: boolean;
}

export interface MadeUp {
  readonly blocks: ReadonlyMap<bigint, RawBlock>;
  readonly receipts: ReadonlyMap<Hash, TrueReceipt>;
  readonly logs: readonly RawLog[];
  /** The hash on the chain of a transaction that has another here. */
  readonly trueHashes: ReadonlyMap<Hash, Hash>;
}

export async function readTrueBlocks(send: Send, from: bigint, to: bigint): Promise<TrueBlock[]> {
  const numbers = Array.from({ length: Number(to - from) + 1 }, (_, i) => numberToHex(from + BigInt(i)));
  return Promise.all(
    numbers.map(async (number) => {
      const raw = (await send("eth_getBlockByNumber", [number, true])) as TrueBlock["raw"];
      const receipts = raw.transactions.map(({ hash }) => send("eth_getTransactionReceipt", [hash]));
      return { raw, receipts: (await Promise.all(receipts)) as TrueReceipt[] };
    }),
  );
}

export async function makeUp(all: readonly TrueBlock[], { logs, inputs, isSealed }: Alterations): Promise<MadeUp> {
  const blocks = new Map<bigint, RawBlock>();
  const receiptsByHash = new Map<Hash, TrueReceipt>();
  const allLogs: RawLog[] = [];
  const trueHashes = new Map<Hash, Hash>();
  let parentHash: unknown;
  for (const { raw, receipts } of all) {
    const number = BigInt(raw.number);
    const transactions: TrueTransaction[] = [];
    for (const transaction of raw.transactions) {
      const input = inputs.get(transaction.hash);
      const altered = input === undefined ? transaction : { ...transaction, input };
      const made = input !== undefined && isSealed ? await signed(altered) : altered;
      transactions.push(made);
      trueHashes.set(made.hash, transaction.hash);
    }
    let logIndex = 0;
    const made = receipts.map((receipt, i): TrueReceipt => {
      const { hash } = transactions[i] as TrueTransaction;
      const its = (logs.get(receipt.transactionHash) ?? receipt.logs).map((log) => ({
        ...(receipt.logs[0] as RawLog),
        ...log,
        blockNumber: numberToHex(number),
        transactionHash: hash,
        logIndex: numberToHex(logIndex++),
      }));
      const sealed = isSealed ? { logsBloom: bloomOf(its) } : {};
      return { ...receipt, transactionHash: hash, logs: its as RawLog[], ...sealed };
    });
    let block: RawBlock = { ...raw, transactions };
    if (isSealed) {
      const roots = {
        transactionsRoot: rootOf(
          transactions.map((one) => encodeTransaction(one) as Hex),
          raw.transactionsRoot,
        ),
        receiptsRoot: rootOf(made.map(encodeReceipt), raw.receiptsRoot),
        logsBloom: bloomOf(made.flatMap((receipt) => receipt.logs)),
        parentHash: parentHash ?? raw.parentHash,
      };
      block = { ...block, ...roots };
      block = { ...block, hash: keccak256(encodeHeader(block)) };
    }
    parentHash = block.hash;
    blocks.set(number, block);
    for (const receipt of made) {
      const its = receipt.logs.map((log) => ({ ...log, blockHash: block.hash as Hash }));
      allLogs.push(...its);
      receiptsByHash.set(receipt.transactionHash, { ...receipt, logs: its });
    }
  }
  return { blocks, receipts: receiptsByHash, logs: allLogs, trueHashes };
}

/** @param ofNone What the chain says where there are none. */
function rootOf(values: readonly Hex[], ofNone: unknown): unknown {
  return values.length === 0 ? ofNone : branchOf(values, 0).root;
}

function bloomOf(logs: readonly Pick<RawLog, "address" | "topics">[]): Hex {
  let bloom = 0n;
  for (const bit of logs.flatMap(({ address, topics }) => [address, ...topics]).flatMap(bloomBits))
    bloom |= 1n << BigInt(bit);
  return numberToHex(bloom, { size: 256 });
}

/** Signs it anew, with the key of its sender: those of Hardhat's accounts everybody has. */
async function signed(transaction: TrueTransaction): Promise<TrueTransaction> {
  const { nonce, gas, to, value, input, maxFeePerGas, maxPriorityFeePerGas, chainId } =
    transaction as unknown as Record<string, Hex>;
  const serialized = await keyOf(transaction.from).signTransaction({
    type: "eip1559",
    chainId: Number(chainId),
    nonce: Number(nonce),
    gas: BigInt(gas as Hex),
    to: to as Address,
    value: BigInt(value as Hex),
    data: input as Hex,
    maxFeePerGas: BigInt(maxFeePerGas as Hex),
    maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas as Hex),
  });
  const { r, s, yParity } = parseTransaction(serialized);
  const v = numberToHex(yParity ?? 0);
  return { ...transaction, r, s, v, yParity: v, hash: keccak256(serialized) };
}

const keys = new Map<Address, PrivateKeyAccount>();

function keyOf(address: Address): PrivateKeyAccount {
  if (keys.size === 0) {
    for (const { privateKey } of localAccounts()) {
      const account = privateKeyToAccount(privateKey);
      keys.set(account.address, account);
    }
  }
  const found = keys.get(getAddress(address));
  if (found === undefined) throw new Error(`nobody has the key of ${address}`);
  return found;
}
