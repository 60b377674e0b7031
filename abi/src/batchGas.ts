/** Bounds the gas of a batch. */

/** A batch, and each of its entries at their dearest: a new payee, a cold pool, a payout that becomes a credit. */
const GAS = { batch: 200_000n, entry: 110_000n } as const;

/**
 * The most gas that a batch may take, whatever happens between signing and mining: an estimate holds for one state, and a
 * top-up before the batch is mined has entries settle that were to be skipped. The largest batch stays below the 16,777,216
 * that EIP-7825 allows a transaction; what is not used is not paid.
 *
 * @param entries Sessions in the batch, 1 to `MAX_BATCH`.
 * @example
 * const gas = batchGas(100); // 11_200_000n
 */
export function batchGas(entries: number): bigint {
  return GAS.batch + GAS.entry * BigInt(entries);
}
