import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface GetDepositsParameters extends ReadParameters {
  /** Whose pool. */
  consumer: Address;
}

export type GetDepositsReturnType = bigint;

export type GetDepositsErrorType = UnknownChainError | ReadContractErrorType;

/**
 * What a consumer owns in its pool, µUSDC.
 *
 * @throws {@link GetDepositsErrorType}
 * @example
 * await getDeposits(client, { settlement: SETTLEMENT, consumer });
 * // 5_000_000n: 5 USDC
 */
export function getDeposits(client: Client, parameters: GetDepositsParameters): Promise<GetDepositsReturnType> {
  return read(client, getDepositsCall(client, parameters), parameters);
}

/** getDeposits as a call, for `multicall`. */
export function getDepositsCall(client: Client, parameters: GetDepositsParameters): SettlementCall<"deposits"> {
  return callOf(client, parameters, "deposits", [parameters.consumer]);
}
