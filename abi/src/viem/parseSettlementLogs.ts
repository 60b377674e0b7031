import type { Address, Log, ParseEventLogsErrorType, ParseEventLogsReturnType } from "viem";
import { parseEventLogs } from "viem";
import { luxxonSettlementAbi } from "../generated/abi.ts";

export interface ParseSettlementLogsParameters {
  /** Logs of a receipt, a filter or `getLogs`; those of other contracts are passed over. */
  logs: readonly Log[];
  /** The contract. Without it, any contract that emits such events is believed. */
  settlement?: Address | undefined;
}

export type ParseSettlementLogsReturnType = ParseEventLogsReturnType<typeof luxxonSettlementAbi, undefined, true>;

/** One event of the contract, by `eventName`, with its typed `args`. */
export type SettlementEvent = ParseSettlementLogsReturnType[number];

export type SettlementEventName = SettlementEvent["eventName"];

/** The arguments of an event: `SettlementEventArgs<"Settled">`. */
export type SettlementEventArgs<name extends SettlementEventName> = Extract<
  SettlementEvent,
  { eventName: name }
>["args"];

export type ParseSettlementLogsErrorType = ParseEventLogsErrorType;

/**
 * The contract's events among logs, in their order, with typed names and arguments.
 *
 * @throws {@link ParseSettlementLogsErrorType}
 * @example
 * const { logs } = await publicClient.waitForTransactionReceipt({ hash });
 * for (const log of parseSettlementLogs({ logs, settlement: SETTLEMENT })) {
 *   if (log.eventName === "Deposited") console.log(log.args.consumer, formatUsdc(log.args.amount));
 * }
 */
export function parseSettlementLogs(parameters: ParseSettlementLogsParameters): ParseSettlementLogsReturnType {
  const { logs, settlement } = parameters;
  const own = settlement === undefined ? logs : logs.filter(({ address }) => isSame(address, settlement));
  // strict: a log whose arguments do not decode is passed over, so none is undefined.
  return parseEventLogs({ abi: luxxonSettlementAbi, logs: [...own], strict: true }) as ParseSettlementLogsReturnType;
}

function isSame(a: Address, b: Address): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
