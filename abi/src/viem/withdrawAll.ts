import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export type WithdrawAllParameters = WriteParameters;

export type WithdrawAllReturnType = Hash;

export type WithdrawAllErrorType = WriteErrorType;

/**
 * Takes everything out of the sender's pool. No pause, limit or role can stop it, only the sender's own hold.
 *
 * @throws {@link WithdrawAllErrorType}
 * @example
 * const hash = await withdrawAll(client, { settlement: SETTLEMENT });
 */
export function withdrawAll(client: Client, parameters: WithdrawAllParameters = {}): Promise<WithdrawAllReturnType> {
  return write(client, withdrawAllCall(client, parameters), parameters);
}

/** withdrawAll as a call, for EIP-5792. */
export function withdrawAllCall(client: Client, parameters: WithdrawAllParameters = {}): SettlementCall<"withdrawAll"> {
  return callOf(client, parameters, "withdrawAll", []);
}
