import type { Address, Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface DepositForParameters extends WriteParameters {
  /** Whose pool it goes into: from then on it is the consumer's alone. */
  consumer: Address;
  /** µUSDC; `parseUsdc` gives it. */
  amount: bigint;
}

export type DepositForReturnType = Hash;

export type DepositForErrorType = WriteErrorType;

/**
 * Moves the sender's USDC into somebody else's pool: a present, which the sender cannot take back. The sender must have
 * approved the contract before.
 *
 * @throws {@link DepositForErrorType}
 * @example
 * const hash = await depositFor(client, { settlement: SETTLEMENT, consumer, amount: parseUsdc("5") });
 */
export function depositFor(client: Client, parameters: DepositForParameters): Promise<DepositForReturnType> {
  const { consumer: _, amount: __, ...options } = parameters;
  return write(client, depositForCall(client, parameters), options);
}

/** depositFor as a call, for EIP-5792. */
export function depositForCall(client: Client, parameters: DepositForParameters): SettlementCall<"depositFor"> {
  return callOf(client, parameters, "depositFor", [parameters.consumer, parameters.amount]);
}
