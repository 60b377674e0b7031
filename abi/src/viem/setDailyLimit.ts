import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface SetDailyLimitParameters extends WriteParameters {
  /** µUSDC a day that settlements may draw from the sender's pool; below 2^56. 0 returns to the default. */
  limit: bigint;
}

export type SetDailyLimitReturnType = Hash;

export type SetDailyLimitErrorType = WriteErrorType;

/**
 * Sets how much of the sender's own pool settlements may draw. During a hold of the sender it can only be raised.
 *
 * @throws {@link SetDailyLimitErrorType}
 * @example
 * const hash = await setDailyLimit(client, { settlement: SETTLEMENT, limit: parseUsdc("20") });
 */
export function setDailyLimit(client: Client, parameters: SetDailyLimitParameters): Promise<SetDailyLimitReturnType> {
  const { limit, ...options } = parameters;
  return write(client, setDailyLimitCall(client, parameters), options);
}

/** setDailyLimit as a call, for EIP-5792. */
export function setDailyLimitCall(
  client: Client,
  parameters: SetDailyLimitParameters,
): SettlementCall<"setDailyLimit"> {
  return callOf(client, parameters, "setDailyLimit", [parameters.limit]);
}
