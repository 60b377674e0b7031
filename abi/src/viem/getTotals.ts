import type { Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { type ReadParameters, readEach } from "./call.ts";

export type GetTotalsParameters = ReadParameters;

/** What the contract holds, and whose it is, µUSDC. */
export interface GetTotalsReturnType {
  /** All pools together. */
  totalDeposits: bigint;
  /** Owed to payees whose payouts USDC had refused. */
  totalCredits: bigint;
  /** Belongs to nobody: sent to the contract by mistake. */
  surplus: bigint;
}

export type GetTotalsErrorType = UnknownChainError | ReadContractErrorType;

const NAMES = ["totalDeposits", "totalCredits", "surplus"] as const;

/**
 * What the contract holds: its USDC is the sum of the three. Pass `blockNumber` to have them of one moment.
 *
 * @throws {@link GetTotalsErrorType}
 * @example
 * const { totalDeposits } = await getTotals(publicClient, { settlement: SETTLEMENT });
 */
export async function getTotals(client: Client, parameters: GetTotalsParameters = {}): Promise<GetTotalsReturnType> {
  return await readEach(client, NAMES, parameters);
}
