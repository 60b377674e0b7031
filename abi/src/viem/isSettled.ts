import type { Client, Hex } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";

export interface IsSettledParameters extends ReadParameters {
  /** The session's id; `sessionIdFromUuid` gives it. */
  sessionId: Hex;
}

export type IsSettledReturnType = boolean;

export type IsSettledErrorType = UnknownChainError | ReadContractErrorType;

/**
 * Whether a session has been settled. It never goes back to false.
 *
 * @throws {@link IsSettledErrorType}
 * @example
 * await isSettled(client, { settlement: SETTLEMENT, sessionId: sessionIdFromUuid("018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00") });
 * // false
 */
export function isSettled(client: Client, parameters: IsSettledParameters): Promise<IsSettledReturnType> {
  return read(client, isSettledCall(client, parameters), parameters);
}

/** isSettled as a call, for `multicall`. */
export function isSettledCall(client: Client, parameters: IsSettledParameters): SettlementCall<"settled"> {
  return callOf(client, parameters, "settled", [parameters.sessionId]);
}
