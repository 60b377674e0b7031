/** Proves a settlement to whoever knows the hash of its block: the header, and the branch of its receipts that shows the transaction's. */
import { encodeHeader } from "@luxxon/chain/rpc/blocks";
import { proveReceipt, type RawReceipt } from "@luxxon/chain/rpc/receipts";
import { type Hash, type Hex, keccak256, numberToHex } from "viem";
import { type Chain, orUnavailable } from "../chain/chain.ts";
import { Refused } from "../refusal.ts";
import type { SettlementView } from "./view.ts";

/** Blocks whose receipts are kept: those of a batch are asked for one after the other. */
const KEPT_BLOCKS = 8;

interface BlockReceipts {
  header: Hex;
  receiptsRoot: Hash;
  receipts: (Omit<RawReceipt, "logs"> & {
    transactionHash: Hash;
    logs: readonly (RawReceipt["logs"][number] & { logIndex: Hex })[];
  })[];
}

export interface SettlementProof {
  blockHash: Hash;
  /** RLP; its keccak256 is the block's hash. */
  header: Hex;
  receiptsRoot: Hash;
  transactionHash: Hash;
  transactionIndex: number;
  /** Which of the receipt's logs is the contract's `Settled`. */
  receiptLogIndex: number;
  receipt: Hex;
  /** Nodes of the tree of receipts, from its root. */
  proof: readonly Hex[];
}

export type ProveSettlement = (view: SettlementView) => Promise<SettlementProof>;

/** @throws {Refused} by what it returns: INVALID_STATE before the settlement is on chain, CHAIN_UNAVAILABLE. */
export function openProofs(chain: Chain): ProveSettlement {
  const kept = new Map<Hash, Promise<BlockReceipts>>();
  const receiptsOf = (hash: Hash, number: bigint) => {
    const known = kept.get(hash);
    if (known !== undefined) return known;
    const reading = read(chain, hash, number);
    kept.set(hash, reading);
    for (const old of kept.keys()) if (kept.size > KEPT_BLOCKS) kept.delete(old);
    reading.catch(() => kept.delete(hash));
    return reading;
  };
  return async (view) => {
    if (!("blockHash" in view) || view.blockHash === undefined || view.blockHash === null)
      throw new Refused("INVALID_STATE", "The settlement is in no block.", {
        detail: `settlement:proof:${view.state}`,
      });
    const blockHash = view.blockHash as Hash;
    const block = await orUnavailable(receiptsOf(blockHash, BigInt(view.blockNumber ?? 0)));
    const index = block.receipts.findIndex(({ transactionHash }) => transactionHash === view.txHash);
    const logs = block.receipts[index]?.logs ?? [];
    const { root, receipt, nodes } = proveReceipt(block.receipts, index);
    // A kind of receipt that is not known here.
    if (root !== block.receiptsRoot)
      throw new Refused("CHAIN_UNAVAILABLE", "The receipts of this block cannot be proven.", {
        detail: "settlement:proof",
      });
    return {
      blockHash,
      header: block.header,
      receiptsRoot: root,
      transactionHash: view.txHash as Hash,
      transactionIndex: index,
      receiptLogIndex: logs.findIndex(({ logIndex }) => Number(BigInt(logIndex)) === view.logIndex),
      receipt,
      proof: nodes,
    };
  };
}

async function read(chain: Chain, hash: Hash, number: bigint): Promise<BlockReceipts> {
  const [block, receipts] = (await Promise.all([
    chain.ask("eth_getBlockByHash", [hash, false]),
    chain.ask("eth_getBlockReceipts", [numberToHex(number)]),
  ])) as [Record<string, unknown> | null, (BlockReceipts["receipts"][number] & { blockHash: Hash })[] | null];
  const header = block === null ? undefined : encodeHeader(block);
  if (header === undefined || keccak256(header) !== hash || receipts === null)
    throw new Error(`the endpoint does not show block ${hash}`);
  if (receipts.some(({ blockHash }) => blockHash !== hash)) throw new Error(`block ${hash} was replaced`);
  return { header, receiptsRoot: block?.receiptsRoot as Hash, receipts };
}
