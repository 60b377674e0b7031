/** Estimates what the deployment costs on an OP chain: gas there, and the publication of its bytes on Ethereum. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import { isAnswerOfAnother } from "@luxxon/chain/rpc/client";
import { type PublicClient, parseAbi, serializeTransaction, size } from "viem";
import { type Deployment, deployData } from "./deployment.ts";

/** The contract by which OP chains tell Ethereum's part of a fee. */
const GAS_PRICE_ORACLE = "0x420000000000000000000000000000000000000F";

const oracleAbi = parseAbi([
  "function getL1FeeUpperBound(uint256 unsignedTxSize) view returns (uint256)",
  "function getOperatorFee(uint256 gasUsed) view returns (uint256)",
]);

export interface Estimate {
  gas: bigint;
  /** For gas, and for the chain's operator. */
  l2Wei: bigint;
  l1Wei: bigint;
  totalWei: bigint;
}

/** The most that the deployment costs at the fees of this moment, as the chain itself estimates them. */
export async function estimateCost(deployment: Deployment): Promise<Estimate> {
  const { client } = deployment.chain;
  const data = deployData(deployment);
  const [gas, { maxFeePerGas, maxPriorityFeePerGas }] = await Promise.all([
    // From nobody: the code does not ask who sends it, and a deployer without money must get an answer too.
    client.estimateGas({ data }),
    client.estimateFeesPerGas(),
  ]);
  const transaction = { chainId: deployment.base.chainId, nonce: 0, gas, maxFeePerGas, maxPriorityFeePerGas, data };
  const l1Wei = await client.readContract({
    address: GAS_PRICE_ORACLE,
    abi: oracleAbi,
    functionName: "getL1FeeUpperBound",
    args: [BigInt(size(serializeTransaction({ ...transaction, type: "eip1559" })))],
  });
  const l2Wei = gas * maxFeePerGas + (await operatorFee(client, gas));
  return { gas, l2Wei, l1Wei, totalWei: l2Wei + l1Wei };
}

/** What the chain's operator takes beside the gas (since the fork Isthmus; Base takes nothing until it sets it), in wei. */
export async function operatorFee(client: PublicClient, gas: bigint): Promise<bigint> {
  const oracle = { address: GAS_PRICE_ORACLE, abi: oracleAbi } as const;
  try {
    return await client.readContract({ ...oracle, functionName: "getOperatorFee", args: [gas] });
  } catch (error) {
    // An oracle of before that fork.
    if (isAnswerOfAnother(error)) return 0n;
    throw error;
  }
}

const feedAbi = parseAbi([
  "function description() view returns (string)",
  "function decimals() view returns (uint8)",
  "function latestRoundData() view returns (uint80, int256 answer, uint256, uint256 updatedAt, uint80)",
]);

/** Chainlink updates it at least every twenty minutes on Base; after a day it is no price any more. */
const OLDEST_PRICE_SECONDS = 86_400n;

export interface EthPrice {
  usd: number;
  /** Where it is from, in words. */
  source: string;
}

/** Chainlink's price on the chain; undefined where there is no such feed, or it has stopped. */
export async function chainlinkPrice(client: PublicClient, { ethUsdFeed }: BaseChain): Promise<EthPrice | undefined> {
  const feed = { address: ethUsdFeed, abi: feedAbi } as const;
  if ((await client.getCode({ address: ethUsdFeed })) === undefined) return undefined;
  try {
    const [description, decimals, [, answer, , updatedAt], { timestamp }] = await Promise.all([
      client.readContract({ ...feed, functionName: "description" }),
      client.readContract({ ...feed, functionName: "decimals" }),
      client.readContract({ ...feed, functionName: "latestRoundData" }),
      client.getBlock(),
    ]);
    if (description !== "ETH / USD" || answer <= 0n || timestamp - updatedAt > OLDEST_PRICE_SECONDS) return undefined;
    return { usd: Number(answer) / 10 ** decimals, source: `Chainlink's feed at ${ethUsdFeed}` };
  } catch {
    return undefined;
  }
}

/** To four digits that count: `0.001235 ETH`. */
export function formatEth(wei: bigint): string {
  const digits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4, useGrouping: false });
  return `${digits.format(Number(wei) / 1e18)} ETH`;
}
