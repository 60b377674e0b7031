/** R14: a skipped entry, held against the ten rules as they stood at that moment. */

import type { HistoryTransaction } from "@luxxon/chain/settlement/history";
import { type Refusal, refusalName, refusals } from "@luxxon/contracts-abi";
import type { BatchEntry } from "@luxxon/contracts-abi/model";
import { checkSettlement, type State, settled } from "@luxxon/contracts-abi/model";
import type { Findings } from "../findings.ts";
import type { SkippedEvent } from "../steps.ts";
import { sentence, session } from "../words.ts";

/**
 * @param entry What was submitted; undefined: not known. Then only a session that is said to be settled already can be
 * checked, since its id is in the event.
 */
export function checkSkipped(
  findings: Findings,
  transaction: HistoryTransaction,
  state: State,
  { sessionId, reason }: SkippedEvent["args"],
  entry: BatchEntry | undefined,
): void {
  const isSettled = settled(state, sessionId);
  if (entry === undefined && !isSettled && nameOf(reason) !== "AlreadySettled") return;
  const real = entry === undefined ? (isSettled ? 1 : 0) : checkSettlement(state, entry, BigInt(transaction.timestamp));
  findings.check("R14", reason === real, () => ({
    message:
      nameOf(real) === "None"
        ? `${sentence(session(sessionId))} was skipped as ${nameOf(reason)}, and nothing stood against settling it.`
        : `${sentence(session(sessionId))} was skipped as ${nameOf(reason)}, which is not the reason that held.`,
    expected: nameOf(real) === "None" ? "settled" : nameOf(real),
    found: nameOf(reason),
    transaction,
    sessionId,
    account: entry?.from,
  }));
}

/** A reason that the contract does not have can only be forged. */
export function nameOf(reason: number): Refusal {
  return reason < refusals.length ? refusalName(reason) : "None";
}
