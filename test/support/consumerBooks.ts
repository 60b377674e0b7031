/** Reads what the token and the contract have written down about one consumer. */
import type { Wallet } from "@luxxon/local/chain";
import type { Situation } from "./situation.ts";

/** Everything that a deposit or a withdrawal of `consumer` could move, µUSDC. */
export async function consumerBooks({ settlement, usdc }: Pick<Situation, "settlement" | "usdc">, consumer: Wallet) {
  const { address } = consumer.account;
  return {
    /** USDC in the consumer's own wallet. */
    wallet: await usdc.read.balanceOf([address]),
    /** What the consumer lets the contract pull. */
    allowance: await usdc.read.allowance([address, settlement.address]),
    /** USDC that the contract holds. */
    held: await usdc.read.balanceOf([settlement.address]),
    /** The consumer's account on the contract, as stored. */
    account: await settlement.read.accountOf([address]),
    /** The whole pool's account, as stored. */
    pool: await settlement.read.pool(),
  };
}
