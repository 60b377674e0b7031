/** Gives ETH for gas and test USDC on a local chain, where it is the token's minter. */
import { usdcAbi } from "@luxxon/chain/usdc";
import { type Address, encodeFunctionData, type Hash, type Hex, keccak256, numberToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import type { Chain } from "./chain.ts";

/** 10 USDC. */
const USDC_A_CALL = 10_000_000n;
/** 1 ETH. */
const ETH_A_CALL = 10n ** 18n;

export function openFaucet(chain: Chain, { key, usdc, chainId }: { key: Hex; usdc: Address; chainId: number }) {
  const account = privateKeyToAccount(key);
  // One after the other: each transaction has the nonce after the last.
  let last: Promise<unknown> = Promise.resolve();

  const send = async (nonce: number, to: Address, value: bigint, data: Hex, maxFeePerGas: bigint): Promise<Hash> => {
    const raw = await account.signTransaction({
      chainId,
      nonce,
      to,
      value,
      data,
      gas: 200_000n,
      maxFeePerGas,
      maxPriorityFeePerGas: 1_000_000n,
      type: "eip1559",
    });
    await chain.ask("eth_sendRawTransaction", [raw]);
    return keccak256(raw);
  };

  const once = async (address: Address) => {
    const nonce = Number(BigInt((await chain.ask("eth_getTransactionCount", [account.address, "pending"])) as Hex));
    const { baseFeePerGas } = await chain.head();
    const fee = baseFeePerGas * 4n + 1_000_000n;
    await send(nonce, address, ETH_A_CALL, "0x", fee);
    const data = encodeFunctionData({ abi: usdcAbi, functionName: "mint", args: [address, USDC_A_CALL] });
    const txHash = await send(nonce + 1, usdc, 0n, data, fee);
    await mined(txHash);
    return { address, ethWei: ETH_A_CALL.toString(), usdcMicroUsdc: USDC_A_CALL.toString(), txHash };
  };

  /** The answer says that the money is there. */
  const mined = async (hash: Hash): Promise<void> => {
    for (let i = 0; i < 50; i++) {
      const receipt = (await chain.ask("eth_getTransactionReceipt", [hash])) as { status: Hex } | null;
      if (receipt !== null) {
        if (receipt.status !== numberToHex(1)) throw new Error(`the faucet's transaction ${hash} failed`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the faucet's transaction ${hash} is not mined`);
  };

  return {
    give(address: Address) {
      const given = last.then(
        () => once(address),
        () => once(address),
      );
      last = given.catch(() => undefined);
      return given;
    },
  };
}
