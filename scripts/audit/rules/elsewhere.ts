/** Holds each settled session against the chain's other contracts, which know nothing of each other: R32. */
import type { Findings } from "../findings.ts";
import type { Elsewhere } from "../history.ts";
import { sentence, session } from "../text.ts";
import type { Settlement } from "../types.ts";

export function onElsewhere(
  settlements: readonly Settlement[],
  others: readonly Elsewhere[],
  findings: Findings,
): void {
  for (const { address, version, settled } of others) {
    if (settled === undefined) continue;
    for (const { sessionId } of settlements) {
      const R32 = !settled.has(sessionId) || {
        message: `${sentence(session(sessionId))} was settled in the contract at ${address}, version ${version}, too.`,
        expected: "settled in one contract",
        found: "settled in two",
      };
      findings.add({ R32 }, { sessionId });
    }
  }
}

/** Of contracts that could not be asked. */
export function elsewhereNotes(others: readonly Elsewhere[]): string[] {
  return others.flatMap(({ address, version, settled }) =>
    settled === undefined
      ? [
          `Whether sessions were settled in ${address} too was not checked: it is of version ${version}, whose storage is not known here.`,
        ]
      : [],
  );
}
