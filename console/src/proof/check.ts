/**
 * Checks a settlement without believing the platform: the block's hash by the wallet's own node, the platform's receipt by
 * that hash, and what the platform says of the settlement by the receipt.
 */
import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import { verifyReceipt } from "@luxxon/contracts-abi/receipt";
import type { Address, Client } from "viem";
import { getBlock } from "viem/actions";
import type { Schemas, Settlement } from "../api/client.ts";

export interface Checked {
  isGood: boolean;
  /** What has been shown; or what is not as the chain has it. */
  words: readonly string[];
}

export async function checkReceipt(
  receipt: Schemas["SettlementProof"],
  { sessionId, payload }: Settlement,
  { client, settlement }: { client: Client; settlement: Address },
): Promise<Checked> {
  // Asked for by its number: its hash is what is to be learnt.
  const block = await getBlock(client, { blockNumber: BigInt(receipt.blockNumber) });
  // How deep it is by now is the platform's word, and no part of the receipt.
  const { finality: _, ...file } = receipt;
  const verdict = verifyReceipt(file, { blockHash: block.hash, settlement });
  if (!verdict.isProven) return { isGood: false, words: [`${verdict.place}: ${verdict.problem}`] };
  const { session, proves } = verdict;
  const isSame =
    payload !== undefined &&
    session.sessionId === sessionIdFromUuid(sessionId) &&
    session.from === payload.from &&
    session.to === payload.to &&
    session.toAmount === BigInt(payload.toAmount) &&
    session.feeAmount === BigInt(payload.feeAmount);
  if (!isSame) return { isGood: false, words: ["What this page shows above is not what the chain says.", ...proves] };
  return {
    isGood: true,
    words: [`Your wallet's own node has block ${block.number} with this hash: ${block.hash}.`, ...proves],
  };
}
