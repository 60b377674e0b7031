/** Looks again and again, and says what has changed since the last look. An endpoint that fails for a while is news, too. */
import { setTimeout as sleep } from "node:timers/promises";
import { causeOf } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { readTargetFiles, type Target } from "../target.ts";
import { type Difference, inspect, type Report } from "./inspect.ts";
import { type LimitWarning, LimitWatch } from "./limits.ts";

/** Something worth a line in a log. */
export type News =
  | { kind: "started"; report: Report; differences: Difference[] }
  | { kind: "appeared" | "gone"; report: Report; difference: Difference }
  /** Much of a daily limit is drawn, or is no longer; that is no difference. */
  | { kind: "warned" | "calm"; report: Report; warning: LimitWarning }
  | { kind: "failing"; problem: string }
  | { kind: "answering"; report: Report };

/**
 * @param tell Is told only what has changed.
 * @param ended Ends the watch, also in the middle of a pause.
 * @returns How many differences the last look found.
 */
export async function watch(
  target: Target,
  everyMs: number,
  tell: (news: News) => void,
  ended: AbortSignal,
): Promise<number> {
  let known: Map<string, Difference> | undefined;
  let problem: string | undefined;
  const limits = new LimitWatch();
  let warned = new Map<string, LimitWarning>();
  while (!ended.aborted) {
    try {
      // Parameters and Builder files change while this goes on: the next look has to know them.
      const files = await readTargetFiles(target.base, target.folder);
      const current = { ...target, ...files };
      const report = await inspect(current);
      const warnings = new Map((await limits.look(current, report)).map((it) => [`${it.contract} ${it.what}`, it]));
      const now = new Map(report.differences.map((difference) => [keyOf(difference), difference]));
      if (problem !== undefined) tell({ kind: "answering", report });
      problem = undefined;
      if (known === undefined) tell({ kind: "started", report, differences: report.differences });
      else {
        for (const [key, difference] of now) if (!known.has(key)) tell({ kind: "appeared", report, difference });
        for (const [key, difference] of known) if (!now.has(key)) tell({ kind: "gone", report, difference });
      }
      known = now;
      for (const [key, warning] of warnings) if (!warned.has(key)) tell({ kind: "warned", report, warning });
      for (const [key, warning] of warned) if (!warnings.has(key)) tell({ kind: "calm", report, warning });
      warned = warnings;
    } catch (error) {
      const found = causeOf(error, UsageError);
      // What is neither a file nor the endpoint is a fault of this program, and silence would hide it.
      if (found === undefined) throw error;
      if (found.message !== problem) tell({ kind: "failing", problem: found.message });
      problem = found.message;
    }
    await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined);
  }
  return known?.size ?? 0;
}

function keyOf({ contract, what, found, txHash }: Difference): string {
  return [contract, what, found, txHash].join(" ");
}
