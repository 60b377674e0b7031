/** Reckons what a transaction would cost on Base. */

export interface Prices {
  /** US dollars for one ETH. */
  ethUsd: number;
  /** Price of a unit of L2 gas, in wei. Base's floor is 0.002 gwei. */
  l2GasPriceWei: bigint;
  /** Ethereum's base fee, in wei. */
  l1BaseFeeWei: bigint;
  /** Ethereum's base fee for blobs, in wei. */
  l1BlobBaseFeeWei: bigint;
}

export interface Cost {
  /** Units of L2 gas: `gasUsed` of the receipts. */
  gas: bigint;
  /** What publishing the bytes on Ethereum costs: `l1Fee` of the receipts, by the fee oracle's formula. */
  l1FeeWei: bigint;
}

export const noCost: Cost = { gas: 0n, l1FeeWei: 0n };

export function addCosts(one: Cost, other: Cost): Cost {
  return { gas: one.gas + other.gas, l1FeeWei: one.l1FeeWei + other.l1FeeWei };
}

export function weiOf({ gas, l1FeeWei }: Cost, { l2GasPriceWei }: Prices): bigint {
  return gas * l2GasPriceWei + l1FeeWei;
}

export function usdOf(cost: Cost, prices: Prices): number {
  return (Number(weiOf(cost, prices)) / 1e18) * prices.ethUsd;
}
