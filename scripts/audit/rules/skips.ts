/** Holds a skipped entry against the ten refusals as they stood at that moment: R14. */

import { type Refusal, refusalName, refusals } from "@luxxon/contracts-abi";
import { type BatchEntry, checkSettlement, type State, settled } from "@luxxon/contracts-abi/model";
import type { Rulings } from "../findings.ts";
import type { SkippedEvent } from "../steps.ts";
import { sentence, session } from "../text.ts";

/**
 * @param entry What was submitted; undefined: not known. Then only a session that is said to be settled already can be
 * checked, since its id is in the event.
 */
export function onSkip(
  state: State,
  { sessionId, reason }: SkippedEvent["args"],
  entry: BatchEntry | undefined,
  now: bigint,
): Rulings {
  const isSettled = settled(state, sessionId);
  const said = nameOf(reason);
  if (entry === undefined && !isSettled && said !== "AlreadySettled") return {};
  const real = entry === undefined ? (isSettled ? 1 : 0) : checkSettlement(state, entry, now);
  return {
    R14: reason === real || {
      message: `${sentence(session(sessionId))} was skipped as ${said}, ${real === 0 ? "and nothing stood against settling it" : "which is not the reason that held"}.`,
      expected: real === 0 ? "settled" : nameOf(real),
      found: said,
      account: entry?.from,
    },
  };
}

/** A reason that the contract does not have can only be forged. */
export function nameOf(reason: number): Refusal {
  return reason < refusals.length ? refusalName(reason) : "None";
}
