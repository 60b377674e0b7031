/** Encodes receipts as they stand in a block's tree, from what `eth_getBlockReceipts` answers. */
import { numberField } from "@luxxon/contracts-abi/receipt";
import type { Hex } from "viem";
import { type Rlp, toRlp } from "./rlp.ts";

/** As `eth_getBlockReceipts` answers, as far as it is encoded. */
export interface RawReceipt {
  readonly type?: Hex;
  readonly status?: Hex;
  readonly root?: Hex;
  readonly cumulativeGasUsed: Hex;
  readonly logsBloom: Hex;
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[];
  /** Of deposits from the chain below, since the fork Canyon. */
  readonly depositNonce?: Hex;
  readonly depositReceiptVersion?: Hex;
}

/** EIP-2718: the type's byte before what is encoded, but for the oldest type. */
export function encodeReceipt(receipt: RawReceipt): Hex {
  const { type = "0x0", logs, depositNonce, depositReceiptVersion } = receipt;
  const body: Rlp[] = [
    receipt.status === undefined ? (receipt.root ?? "0x") : numberField(receipt.status),
    numberField(receipt.cumulativeGasUsed),
    receipt.logsBloom,
    logs.map(({ address, topics, data }) => [address, topics, data]),
    // Nodes show the nonce of older ones too, in whose encoding neither is.
    ...(depositReceiptVersion ? [depositNonce ?? "0x0", depositReceiptVersion].map(numberField) : []),
  ];
  return typed(type, toRlp(body));
}

/** Puts the byte of a kind before what is encoded; the oldest kind has none. */
export function typed(type: Hex, encoded: Hex): Hex {
  const kind = Number(BigInt(type));
  return kind === 0 ? encoded : `0x${kind.toString(16).padStart(2, "0")}${encoded.slice(2)}`;
}
