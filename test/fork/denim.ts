/** Blocks as Base documents them since its Denim upgrade (2026): what a fork of the live chain has to read. */

import type { Call } from "@luxxon/local/fork/relay";
import { type Hex, keccak256, toHex } from "viem";

interface RpcBlock {
  hash: Hex;
  number: Hex;
  timestamp: Hex;
  transactions: unknown[];
}

/** The parameters of the base fee (denominator 125, elasticity 4, at least 2,000,000 wei), in the form since Jovian. */
export const JOVIAN_EXTRA_DATA = "0x010000007d0000000400000000001e8480";

/** The predeploys that the first two transactions of every block write: Ethereum's state, and the time. */
const WRITTEN_FIRST = ["0x4200000000000000000000000000000000000015", "0x4200000000000000000000000000000000000030"];

/** Dresses the blocks that an endpoint of a twin serves; other results stay as they are. */
export function asSinceDenim({ method, params }: Call, result: unknown): unknown {
  if (!method.startsWith("eth_getBlockBy") || result === null) return result;
  const block = result as RpcBlock;
  const deposits = WRITTEN_FIRST.map((to, index) => ({
    type: "0x7e",
    hash: keccak256(toHex(`${block.number}/${index}`)),
    sourceHash: keccak256(toHex(`source of ${block.number}/${index}`)),
    from: "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001",
    to,
    mint: "0x0",
    value: "0x0",
    gas: "0xf4240",
    gasPrice: "0x0",
    isSystemTx: false,
    input: "0x098999be",
    nonce: "0x1",
    depositReceiptVersion: "0x1",
    r: "0x0",
    s: "0x0",
    v: "0x0",
    blockHash: block.hash,
    blockNumber: block.number,
    transactionIndex: toHex(index),
  }));
  return {
    ...block,
    extraData: JOVIAN_EXTRA_DATA,
    // Five blocks share a second; this one is its third.
    timestampMs: toHex(BigInt(block.timestamp) * 1_000n + 400n),
    // Since Jovian: how much of Ethereum's data space the block's transactions take.
    blobGasUsed: "0x5f5e1",
    transactions: [...(params?.[1] === true ? deposits : deposits.map(({ hash }) => hash)), ...block.transactions],
  };
}
