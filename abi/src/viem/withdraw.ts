import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface WithdrawParameters extends WriteParameters {
  /** µUSDC; `parseUsdc` gives it. */
  amount: bigint;
}

export type WithdrawReturnType = Hash;

export type WithdrawErrorType = WriteErrorType;

/**
 * Takes USDC out of the sender's pool. No pause, limit or role can stop it, only the sender's own hold.
 *
 * @throws {@link WithdrawErrorType}
 * @example
 * const hash = await withdraw(client, { settlement: SETTLEMENT, amount: parseUsdc("5") });
 */
export function withdraw(client: Client, parameters: WithdrawParameters): Promise<WithdrawReturnType> {
  const { amount, ...options } = parameters;
  return write(client, withdrawCall(client, parameters), options);
}

/** withdraw as a call, for EIP-5792. */
export function withdrawCall(client: Client, parameters: WithdrawParameters): SettlementCall<"withdraw"> {
  return callOf(client, parameters, "withdraw", [parameters.amount]);
}
