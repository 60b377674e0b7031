import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface GetCreditsParameters extends ReadParameters {
  /** To whom it is owed. */
  payee: Address;
}

export type GetCreditsReturnType = bigint;

export type GetCreditsErrorType = UnknownChainError | ReadContractErrorType;

/**
 * What is owed to a payee from payouts that USDC had refused, µUSDC. `claim` pays it.
 *
 * @throws {@link GetCreditsErrorType}
 * @example
 * await getCredits(client, { settlement: SETTLEMENT, payee: operator });
 * // 0n
 */
export function getCredits(client: Client, parameters: GetCreditsParameters): Promise<GetCreditsReturnType> {
  return read(client, getCreditsCall(client, parameters), parameters);
}

/** getCredits as a call, for `multicall`. */
export function getCreditsCall(client: Client, parameters: GetCreditsParameters): SettlementCall<"credits"> {
  return callOf(client, parameters, "credits", [parameters.payee]);
}
