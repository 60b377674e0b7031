/** Lets the local OP chain charge Base's L1 fee: what it costs to publish a transaction's bytes on Ethereum. */
import { type Hash, numberToHex } from "viem";
import type { LocalChain } from "./chain.ts";

/** The predeploy in which an OP chain keeps what it knows of Ethereum; the fee oracle reads it. */
const L1_BLOCK = "0x4200000000000000000000000000000000000015";
const BASE_FEE_SLOT = 1;
const SCALARS_SLOT = 3;
const BLOB_BASE_FEE_SLOT = 7;

/** Base's scalars in 2025 and 2026. Base sets them and may change them: the L1 part of a cost is an estimate. */
const BASE_FEE_SCALAR = 2_269n;
const BLOB_BASE_FEE_SCALAR = 1_055_762n;

/** Makes the chain charge the L1 fee as Base does, for these fees on Ethereum. Without this it charges none. */
export async function setL1Fees(chain: LocalChain, fees: { baseFeeWei: bigint; blobBaseFeeWei: bigint }) {
  const write = (slot: number, value: bigint) =>
    chain.networkHelpers.setStorageAt(L1_BLOCK, slot, numberToHex(value, { size: 32 }));
  await write(BASE_FEE_SLOT, fees.baseFeeWei);
  await write(BLOB_BASE_FEE_SLOT, fees.blobBaseFeeWei);
  await write(SCALARS_SLOT, (BASE_FEE_SCALAR << 96n) | (BLOB_BASE_FEE_SCALAR << 64n));
}

/** What a mined transaction paid for L1, in wei. */
export async function l1FeeOf(chain: LocalChain, hash: Hash): Promise<bigint> {
  const receipt = (await chain.provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as {
    l1Fee?: string;
  };
  return BigInt(receipt.l1Fee ?? 0);
}
