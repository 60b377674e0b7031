/** What a transaction offers for gas, and what a replacement must offer more. */

export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** Enough for a base fee that has quadrupled; what is not needed is not paid. */
const BASE_FEES = 4n;
/** Clients take a replacement that pays an eighth more, of both. */
const MORE = 8n;
/** More than the largest tip that Base has ever needed, to begin with: wei. */
export const TIP = 1_000_000n;

export function feesFor(baseFeePerGas: bigint, tip: bigint, most: bigint): Fees {
  const maxFeePerGas = least(baseFeePerGas * BASE_FEES + tip, most);
  return { maxFeePerGas, maxPriorityFeePerGas: least(tip, maxFeePerGas) };
}

/** @returns undefined if it would be above the ceiling. */
export function feesAbove(last: Fees, market: Fees, most: bigint): Fees | undefined {
  const raised = (fee: bigint) => fee + fee / MORE + 1n;
  const maxFeePerGas = greatest(raised(last.maxFeePerGas), market.maxFeePerGas);
  const maxPriorityFeePerGas = greatest(raised(last.maxPriorityFeePerGas), market.maxPriorityFeePerGas);
  return maxFeePerGas > most
    ? undefined
    : { maxFeePerGas, maxPriorityFeePerGas: least(maxPriorityFeePerGas, maxFeePerGas) };
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
