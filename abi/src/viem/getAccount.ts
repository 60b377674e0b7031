import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface GetAccountParameters extends ReadParameters {
  /** Whose account. */
  consumer: Address;
}

export interface GetAccountReturnType {
  /** µUSDC owned. */
  balance: bigint;
  /** The consumer's own daily limit, µUSDC a day; 0: it has set none, and the default applies. */
  dailyLimit: bigint;
  /** µUSDC in the leaky bucket as of `drawnAt`. */
  drawn: bigint;
  /** When the bucket last moved, seconds. */
  drawnAt: number;
  /** The second before which the consumer has promised not to withdraw; 0 or past: it has not. */
  heldUntil: number;
}

export type GetAccountErrorType = UnknownChainError | ReadContractErrorType;

/**
 * A consumer's account as the contract stores it: the bucket as of `drawnAt`, not of now. `getAvailable` says what is left.
 *
 * @throws {@link GetAccountErrorType}
 * @example
 * const { balance, dailyLimit } = await getAccount(client, { settlement: SETTLEMENT, consumer });
 */
export function getAccount(client: Client, parameters: GetAccountParameters): Promise<GetAccountReturnType> {
  return read(client, getAccountCall(client, parameters), parameters);
}

/** getAccount as a call, for `multicall`. */
export function getAccountCall(client: Client, parameters: GetAccountParameters): SettlementCall<"accountOf"> {
  return callOf(client, parameters, "accountOf", [parameters.consumer]);
}
