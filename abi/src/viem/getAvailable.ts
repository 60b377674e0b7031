import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface GetAvailableParameters extends ReadParameters {
  /** Whose pool. */
  consumer: Address;
}

export type GetAvailableReturnType = bigint;

export type GetAvailableErrorType = UnknownChainError | ReadContractErrorType;

/**
 * The largest total, µUSDC, that could be settled from a consumer now: the least of its balance, the room in its daily
 * limit and the room in the pool's.
 *
 * @throws {@link GetAvailableErrorType}
 * @example
 * await getAvailable(client, { settlement: SETTLEMENT, consumer });
 * // 5_000_000n
 */
export function getAvailable(client: Client, parameters: GetAvailableParameters): Promise<GetAvailableReturnType> {
  return read(client, getAvailableCall(client, parameters), parameters);
}

/** getAvailable as a call, for `multicall`. */
export function getAvailableCall(client: Client, parameters: GetAvailableParameters): SettlementCall<"available"> {
  return callOf(client, parameters, "available", [parameters.consumer]);
}
