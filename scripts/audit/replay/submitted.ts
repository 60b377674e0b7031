/** Walks through the entries that a transaction submitted: each gives one event, so that both go side by side. */

import type { ContractCall } from "@luxxon/chain/settlement/history";
import type { BatchEntry } from "@luxxon/contracts-abi/model";
import type { Address, Hex } from "viem";

export class Submitted {
  readonly relayer: Address | undefined;
  readonly #entries: BatchEntry[];
  #next = 0;

  constructor(calls: readonly ContractCall[] = []) {
    const settling = calls.map(({ sender, call }) => ({ sender, entries: entriesOf(call) }));
    this.relayer = settling.find(({ entries }) => entries !== undefined)?.sender;
    this.#entries = settling.flatMap(({ entries }) => entries ?? []);
  }

  /** The next entry for this session; undefined: there is none. */
  next(sessionId: Hex): BatchEntry | undefined {
    // Nearly always the very next one.
    const isNext = this.#entries[this.#next]?.sessionId === sessionId;
    const found = isNext
      ? this.#next
      : this.#entries.findIndex((entry, i) => i > this.#next && entry.sessionId === sessionId);
    if (found === -1) return undefined;
    this.#next = found + 1;
    return this.#entries[found];
  }
}

/** undefined: the call settles nothing. */
function entriesOf(call: ContractCall["call"]): readonly BatchEntry[] | undefined {
  if (call.functionName === "settleBatch") return call.args[0];
  if (call.functionName !== "settleFromPool") return undefined;
  const [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] = call.args;
  return [{ sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount }];
}
