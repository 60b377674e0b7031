import type { Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { InvalidRefusalError, UnknownChainError } from "../errors.ts";
import { type Refusal, refusalName } from "../refusal.ts";
import { callOf, type ReadParameters, read, type SettlementCall } from "./call.ts";
import type { SettlementEntry } from "./entry.ts";

export interface CheckSettlementParameters extends ReadParameters {
  entry: SettlementEntry;
}

export type CheckSettlementReturnType = Refusal;

export type CheckSettlementErrorType = UnknownChainError | InvalidRefusalError | ReadContractErrorType;

/**
 * What would happen to a session now, by the very code that settles; "None" if it would be settled. It says nothing of a
 * pause.
 *
 * @throws {@link CheckSettlementErrorType}
 * @example
 * const refusal = await checkSettlement(client, { settlement: SETTLEMENT, entry });
 */
export async function checkSettlement(
  client: Client,
  parameters: CheckSettlementParameters,
): Promise<CheckSettlementReturnType> {
  return refusalName(await read(client, checkSettlementCall(client, parameters), parameters));
}

/** checkSettlement as a call, for `multicall`; its result is a number, which `refusalName` names. */
export function checkSettlementCall(
  client: Client,
  parameters: CheckSettlementParameters,
): SettlementCall<"checkSettlement"> {
  return callOf(client, parameters, "checkSettlement", [parameters.entry]);
}
