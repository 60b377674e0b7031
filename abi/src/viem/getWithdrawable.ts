import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface GetWithdrawableParameters extends ReadParameters {
  /** Whose pool. */
  consumer: Address;
}

export type GetWithdrawableReturnType = bigint;

export type GetWithdrawableErrorType = UnknownChainError | ReadContractErrorType;

/**
 * What `withdrawAll` would pay a consumer now, µUSDC: its balance, or 0 while it has held its pool.
 *
 * @throws {@link GetWithdrawableErrorType}
 * @example
 * await getWithdrawable(client, { settlement: SETTLEMENT, consumer });
 * // 0n: it has promised to stay
 */
export function getWithdrawable(
  client: Client,
  parameters: GetWithdrawableParameters,
): Promise<GetWithdrawableReturnType> {
  return read(client, getWithdrawableCall(client, parameters), parameters);
}

/** getWithdrawable as a call, for `multicall`. */
export function getWithdrawableCall(
  client: Client,
  parameters: GetWithdrawableParameters,
): SettlementCall<"withdrawable"> {
  return callOf(client, parameters, "withdrawable", [parameters.consumer]);
}
