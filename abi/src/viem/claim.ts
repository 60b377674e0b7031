import type { Address, Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface ClaimParameters extends WriteParameters {
  /** To whom it is owed, and is paid. */
  payee: Address;
}

export type ClaimReturnType = Hash;

export type ClaimErrorType = WriteErrorType;

/**
 * Pays a payee what is owed to it from payouts that USDC had refused. Anybody may send it; the payee gets it.
 *
 * @throws {@link ClaimErrorType}
 * @example
 * const hash = await claim(client, { settlement: SETTLEMENT, payee: operator });
 */
export function claim(client: Client, parameters: ClaimParameters): Promise<ClaimReturnType> {
  const { payee: _, ...options } = parameters;
  return write(client, claimCall(client, parameters), options);
}

/** claim as a call, for EIP-5792. */
export function claimCall(client: Client, parameters: ClaimParameters): SettlementCall<"claim"> {
  return callOf(client, parameters, "claim", [parameters.payee]);
}
