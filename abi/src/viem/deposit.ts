import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface DepositParameters extends WriteParameters {
  /** µUSDC; `parseUsdc` gives it. */
  amount: bigint;
}

export type DepositReturnType = Hash;

export type DepositErrorType = WriteErrorType;

/**
 * Moves USDC from the sender into its own pool. The sender must have approved the contract before; `depositWithPermit` needs
 * no approval.
 *
 * @throws {@link DepositErrorType}
 * @example
 * const hash = await deposit(client, { settlement: SETTLEMENT, amount: parseUsdc("5") });
 */
export function deposit(client: Client, parameters: DepositParameters): Promise<DepositReturnType> {
  const { amount, ...options } = parameters;
  return write(client, depositCall(client, parameters), options);
}

/** deposit as a call, for EIP-5792. */
export function depositCall(client: Client, parameters: DepositParameters): SettlementCall<"deposit"> {
  return callOf(client, parameters, "deposit", [parameters.amount]);
}
