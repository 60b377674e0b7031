/** Reads a consumer's account in the contract by the wallet's own node, all as of one block. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { getAccount, getAvailable } from "@luxxon/contracts-abi/viem";
import type { Address } from "viem";
import { getBlock, readContract } from "viem/actions";
import type { Contracts, WalletClient } from "./pool.ts";

export async function onChain(client: WalletClient, { settlement }: Contracts, consumer: string) {
  const { number: blockNumber, timestamp } = await getBlock(client);
  const at = { settlement, consumer: consumer as Address, blockNumber };
  const [account, available, usual] = await Promise.all([
    getAccount(client, at),
    getAvailable(client, at),
    readContract(client, {
      address: settlement,
      abi: luxxonSettlementAbi,
      functionName: "defaultDailyLimit",
      blockNumber,
    }),
  ]);
  const isOwnLimit = account.dailyLimit !== 0n;
  return {
    block: blockNumber,
    timestamp,
    /** µUSDC */
    balance: account.balance,
    available,
    /** µUSDC a day; 0: none */
    dailyLimit: isOwnLimit ? account.dailyLimit : usual,
    isOwnLimit,
    /** A second of the chain's clock. */
    heldUntil: BigInt(account.heldUntil),
  };
}
