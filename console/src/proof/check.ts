/**
 * Checks a settlement's proof step by step: the block's hash by the wallet's own node, the header by its hash, the receipt
 * by the header's root, the event by the receipt, and the amounts by the event.
 */
import { provenReceipt } from "@luxxon/chain/rpc/receipts";
import { luxxonSettlementAbi, sessionIdFromUuid } from "@luxxon/contracts-abi";
import { type Client, decodeEventLog, fromRlp, type Hex, keccak256 } from "viem";
import { getBlock } from "viem/actions";
import type { Schemas, Settlement } from "../api/client.ts";

export interface Check {
  words: string;
  isGood: boolean;
}

type Log = [address: Hex, topics: [Hex, ...Hex[]], data: Hex];

export async function checkProof(
  proof: Schemas["SettlementProof"],
  { sessionId, payload }: Settlement,
  { client, settlement }: { client: Client; settlement: string },
): Promise<Check[]> {
  const header = proof.header as Hex;
  const hash = keccak256(header);
  // Asked for by its number: the hash is what is to be learnt.
  const block = await getBlock(client, { blockNumber: BigInt(proof.blockNumber) });
  const root = (fromRlp(header, "hex") as Hex[])[5] ?? "0x";
  const receipt = provenReceipt(root, proof.transactionIndex, proof.proof as Hex[]);
  const log = receipt === undefined ? undefined : logIn(receipt, proof.receiptLogIndex);
  const event = log === undefined ? undefined : settledIn(log);
  return [
    {
      words: `Your wallet's node has block ${proof.blockNumber} with the hash of this header`,
      isGood: block.hash === hash,
    },
    { words: "The header's tree of receipts holds this transaction's receipt", isGood: receipt !== undefined },
    {
      words: "The transaction succeeded, and the event is the contract's own",
      isGood: log?.[0] === settlement.toLowerCase(),
    },
    { words: "The event settles this very session", isGood: event?.sessionId === sessionIdFromUuid(sessionId) },
    {
      words: "It pays this operator these amounts, out of this pool",
      isGood:
        payload !== undefined &&
        event?.from === payload.from &&
        event.to === payload.to &&
        event.toAmount === BigInt(payload.toAmount) &&
        event.feeAmount === BigInt(payload.feeAmount),
    },
  ];
}

/** @returns Nothing of a transaction that failed. */
function logIn(receipt: Hex, index: number): Log | undefined {
  // The byte of its type before what is encoded (EIP-2718).
  const body: Hex = Number(receipt.slice(0, 4)) < 0x80 ? `0x${receipt.slice(4)}` : receipt;
  const [status, , , logs] = fromRlp(body, "hex") as [Hex, Hex, Hex, Log[]];
  return status === "0x01" ? logs[index] : undefined;
}

function settledIn([, topics, data]: Log) {
  try {
    return decodeEventLog({ abi: luxxonSettlementAbi, eventName: "Settled", topics, data }).args;
  } catch {
    return undefined;
  }
}
