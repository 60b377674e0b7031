import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";

export interface HoldParameters extends WriteParameters {
  /** The second before which the sender will not withdraw; later than now and than a hold that stands, at most a day ahead. */
  until: bigint;
}

export type HoldReturnType = Hash;

export type HoldErrorType = WriteErrorType;

/**
 * Promises not to withdraw before a second, so that an operator is sure to be paid. The sender needs a daily limit of its
 * own; until then it can neither withdraw nor lower that limit, unless the contract is paused.
 *
 * @throws {@link HoldErrorType}
 * @example
 * const until = BigInt(Math.floor(Date.now() / 1_000)) + 3_600n;
 * const hash = await hold(client, { settlement: SETTLEMENT, until });
 */
export function hold(client: Client, parameters: HoldParameters): Promise<HoldReturnType> {
  const { until, ...options } = parameters;
  return write(client, holdCall(client, parameters), options);
}

/** hold as a call, for EIP-5792. */
export function holdCall(client: Client, parameters: HoldParameters): SettlementCall<"hold"> {
  return callOf(client, parameters, "hold", [parameters.until]);
}
