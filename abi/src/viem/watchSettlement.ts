import type { Client } from "viem";
import type { WatchContractEventParameters } from "viem/actions";
import { watchContractEvent } from "viem/actions";
import { getAction } from "viem/utils";
import type { UnknownChainError } from "../errors.ts";
import { luxxonSettlementAbi } from "../generated/abi.ts";
import { type SettlementParameters, settlementOf } from "./call.ts";
import type { SettlementEvent } from "./parseSettlementLogs.ts";

export interface WatchSettlementParameters extends SettlementParameters {
  /** Is given the contract's events as they come, in their order. */
  onEvents: (events: SettlementEvent[]) => void;
  /** Is told what went wrong; watching goes on. */
  onError?: ((error: Error) => void) | undefined;
  /** The first block; default: the next one. */
  fromBlock?: bigint | undefined;
  /** How often the chain is asked, milliseconds; default: the client's. */
  pollingInterval?: number | undefined;
}

/** Ends the watching. */
export type WatchSettlementReturnType = () => void;

export type WatchSettlementErrorType = UnknownChainError;

/**
 * Watches the contract. It tells what a client shows: an event of a block that is replaced later is not taken back, so who
 * keeps books waits until a block is deep enough.
 *
 * @throws {@link WatchSettlementErrorType}
 * @example
 * const unwatch = watchSettlement(publicClient, {
 *   settlement: SETTLEMENT,
 *   onEvents: (events) => console.log(events.map(({ eventName }) => eventName)),
 * });
 */
export function watchSettlement(client: Client, parameters: WatchSettlementParameters): WatchSettlementReturnType {
  const { settlement: _, onEvents, ...options } = parameters;
  const request = {
    ...options,
    address: settlementOf(client, parameters),
    abi: luxxonSettlementAbi,
    onLogs: onEvents,
    strict: true,
  };
  const watch = getAction(client, watchContractEvent, "watchContractEvent");
  return watch(request as unknown as WatchContractEventParameters);
}
