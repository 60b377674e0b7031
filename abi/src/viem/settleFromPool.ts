import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";
import type { SettlementEntry } from "./entry.ts";

export interface SettleFromPoolParameters extends WriteParameters {
  entry: SettlementEntry;
}

export type SettleFromPoolReturnType = Hash;

export type SettleFromPoolErrorType = WriteErrorType;

/**
 * Charges one session. Only the relayer may. What the contract does not settle reverts; `checkSettlement` says so before.
 *
 * @throws {@link SettleFromPoolErrorType}
 * @example
 * const hash = await settleFromPool(relayerClient, { settlement: SETTLEMENT, entry });
 */
export function settleFromPool(
  client: Client,
  parameters: SettleFromPoolParameters,
): Promise<SettleFromPoolReturnType> {
  const { entry, ...options } = parameters;
  return write(client, settleFromPoolCall(client, parameters), options);
}

/** settleFromPool as a call, for EIP-5792. */
export function settleFromPoolCall(
  client: Client,
  parameters: SettleFromPoolParameters,
): SettlementCall<"settleFromPool"> {
  const { sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount } = parameters.entry;
  const args = [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] as const;
  return callOf(client, parameters, "settleFromPool", args);
}
