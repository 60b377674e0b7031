/** Holds each settled session against the chain's other contracts, which know nothing of each other: R32. */
import { countIn, idsIn } from "@luxxon/chain/settlement/bits";
import { inChunks } from "../chunks.ts";
import type { Findings } from "../findings.ts";
import type { Elsewhere } from "../history.ts";
import type { Store } from "../store/store.ts";
import { sentence, session } from "../text.ts";

/** Words that are asked for at a time. */
const AT_ONCE = 4_096;

export async function onElsewhere(store: Store, others: readonly Elsewhere[], findings: Findings): Promise<void> {
  for (const { address, version, readWords } of others) {
    if (readWords === undefined) continue;
    for (const some of inChunks(store.words.entries(), AT_ONCE)) {
      const found = await readWords(some.map(([word]) => word));
      for (const [word, { settled }] of some) {
        const twice = settled & (found.get(word) ?? 0n);
        findings.hold("R32", countIn(settled & ~twice));
        for (const sessionId of idsIn(word, twice)) {
          const R32 = {
            message: `${sentence(session(sessionId))} was settled in the contract at ${address}, version ${version}, too.`,
            expected: "settled in one contract",
            found: "settled in two",
          };
          findings.add({ R32 }, { sessionId });
        }
      }
    }
  }
}

/** Of contracts that could not be asked. */
export function elsewhereNotes(others: readonly Elsewhere[]): string[] {
  return others.flatMap(({ address, version, readWords }) =>
    readWords === undefined
      ? [
          `Whether sessions were settled in ${address} too was not checked: it is of version ${version}, whose storage is not known here.`,
        ]
      : [],
  );
}
