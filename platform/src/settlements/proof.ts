/** Proves a settlement to whoever knows the hash of its block, by the receipt that `@luxxon/contracts-abi/receipt` checks. */
import { readSettledBlock, receiptIn, type SettledBlock } from "@luxxon/chain/settlement/receipt";
import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import type { LuxxonReceipt } from "@luxxon/contracts-abi/receipt";
import type { Hash } from "viem";
import { type Chain, orUnavailable } from "../chain/chain.ts";
import { Refused } from "../refusal.ts";
import type { SettlementView } from "./view.ts";

/** Blocks that are kept: sessions of a batch are asked for one after the other. */
const KEPT_BLOCKS = 8;

export type ProveSettlement = (view: SettlementView) => Promise<LuxxonReceipt>;

/** @throws {Refused} by what it returns: INVALID_STATE before the settlement is on chain, CHAIN_UNAVAILABLE. */
export function openProofs(chain: Chain, chainId: number): ProveSettlement {
  const { settlement, ask } = chain;
  const kept = new Map<Hash, Promise<SettledBlock>>();
  const blockOf = (hash: Hash) => {
    const known = kept.get(hash);
    if (known !== undefined) return known;
    const reading = readSettledBlock(ask, settlement, hash);
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
    const { sessionId, blockHash, txHash } = view;
    const of = { sessionId, id: sessionIdFromUuid(sessionId), chainId, settlement, transactionHash: txHash as Hash };
    return await orUnavailable(blockOf(blockHash as Hash).then((block) => receiptIn(block, of)));
  };
}
